-- reads:  identity_to_judge, identity.persons, identity.customers, identity.decisions
-- writes: nothing; the doubtful pairs
-- grain:  one row per couple of customers with a doubtful pair, or customer with a doubtful link: its most doubtful pair
-- params: $least (double: bits a link needs), $far (double: bits from there beyond which nothing is doubtful)
-- concerned: pairs of records that hang on the answer: all those of two customers, or of one record with the others of
-- its customer, of whom only the weakest link is in question
with near as (
    select *
    from identity_to_judge
    where match_weight between $least - $far and $least + $far
),

spoken_of as (
    select
        record_id_l,
        record_id_r
    from identity.decisions
    where decision <> 'withdrawn'
),

doubtful as (
    select
        near.record_id_l,
        near.record_id_r,
        near.match_weight,
        near.match_probability,
        near.is_linked,
        near.related,
        -- pairs that look alike: of the same evidence, field by field
        hash(
            round(near.weight_first_name, 6),
            round(near.weight_last_name, 6),
            round(near.weight_sex, 6),
            round(near.weight_birth_date, 6),
            round(near.weight_address, 6),
            round(near.weight_phone, 6),
            round(near.weight_email, 6),
            round(near.weight_card, 6),
            round(near.weight_organisation, 6),
            round(near.weight_occupation, 6),
            round(near.weight_birth_place, 6)
        ) as alike,
        least(customers_l.customer_id, customers_r.customer_id) as one_customer,
        greatest(customers_l.customer_id, customers_r.customer_id) as other_customer,
        cast(
            case
                when near.is_linked then customers_l.records - 1
                else customers_l.records * customers_r.records
            end as double
        ) as concerned
    from near
    anti join spoken_of
        on near.record_id_l = spoken_of.record_id_l
        and near.record_id_r = spoken_of.record_id_r
    inner join identity.persons as persons_l
        on near.record_id_l = persons_l.record_id
    inner join identity.persons as persons_r
        on near.record_id_r = persons_r.record_id
    inner join identity.customers as customers_l
        on persons_l.customer_id = customers_l.customer_id
    inner join identity.customers as customers_r
        on persons_r.customer_id = customers_r.customer_id
    where not near.is_linked or near.match_weight = customers_l.weakest_link_bits
)

select
    record_id_l,
    record_id_r,
    match_weight,
    match_probability,
    is_linked,
    related,
    alike,
    concerned
from doubtful
qualify row_number() over (
    partition by one_customer, other_customer
    order by abs(match_weight - $least), record_id_l, record_id_r
) = 1
order by record_id_l, record_id_r
