"""Part: api. What other programs ask: who is this person?"""
