-- reads:  search_ranks, base.customers, base.customer_values
-- writes: search_texts (temporary)
-- grain:  one row per customer and searched field: every name, town or street he is found under, as written
-- params: none
create or replace temp table search_texts as
with other_values as (
    select
        customer_id,
        -- sorted as lists: an ordered aggregate costs ten times more
        list_sort(list(value) filter (where field in ('name', 'organisation'))) as names,
        list_sort(list(value) filter (where field = 'address')) as streets,
    from base.customer_values
    where field in ('name', 'organisation', 'address')
    group by customer_id
),

by_customer as (
    select
        search_ranks.card,
        concat_ws(
            ' ',
            customers.first_name,
            customers.last_name,
            customers.birth_name,
            customers.organisation,
            -- LE GOFF is also found under LEGOFF, and JEAN PIERRE under JEANPIERRE
            replace(customers.last_name_key, ' ', ''),
            replace(customers.first_name_key, ' ', ''),
            array_to_string(other_values.names, ' ')
        ) as names,
        concat_ws(' ', customers.postcode, customers.city, replace(customers.city, ' ', '')) as towns,
        concat_ws(' ', customers.street, array_to_string(other_values.streets, ' ')) as streets,
    from base.customers
    inner join search_ranks on search_ranks.customer_id = customers.customer_id
    left join other_values on other_values.customer_id = customers.customer_id
)

unpivot by_customer on names, towns, streets into name field value text
