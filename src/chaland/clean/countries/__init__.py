"""What differs from one country to another: a folder a country, named after its ISO code, of words and rules.

`fr/` is the full set: street types, shortening ladder, towns. Any other folder needs `rules.toml` alone (the shape of
its postcodes, the order of number and street, its street words), which chaland.clean.address_abroad follows.
"""
