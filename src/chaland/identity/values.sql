-- reads:  identity_said, identity_survivorship
-- writes: identity.values
-- grain:  one row per customer, field and distinct value;  key: customer_id, field, value
-- params: none
-- most fields have one value: those that nobody else speaks of, and those on which all agree, are not weighed
-- within one value, the record of least standing speaks for it
with agreed as materialized (
    select
        customer_id,
        field,
        min(value) as value,
        max(value) as other_value,
        count(*) as records,
        min(recorded_at) as first_seen_at,
        max(recorded_at) as seen_at,
        bool_or(is_corrected) as is_corrected,
        arg_min(
            {'record_id': record_id, 'source': source, 'grade': grade, 'reason': reason},
            standing
        ) as voice
    from identity_said
    where not is_alone
    group by customer_id, field
),

disputed as (
    select
        customer_id,
        field
    from agreed
    where value <> other_value or is_corrected
),

spoken as materialized (
    select
        identity_said.customer_id,
        identity_said.field,
        identity_said.value,
        count(*) as records,
        min(identity_said.sameness) as sameness,
        min(identity_said.recorded_at) as first_seen_at,
        max(identity_said.recorded_at) as seen_at,
        arg_min(
            {
                'unusable': unusable,
                'corrected': case when is_correction then -epoch_us(recorded_at) else 0 end,
                'doubt': doubt,
                'record_id': record_id,
                'source': source,
                'grade': grade,
                'reason': reason
            },
            standing
        ) as voice
    from identity_said
    semi join disputed
        on identity_said.customer_id = disputed.customer_id
        and identity_said.field = disputed.field
    group by identity_said.customer_id, identity_said.field, identity_said.value
),

-- by: what each rule says of the value, least first, in the order of its field's rules
weighed as (
    select
        spoken.*,
        {
            'unusable': voice.unusable,
            'corrected': voice.corrected,
            'by': list_select(
                [
                    voice.doubt,
                    coalesce(-epoch_us(seen_at), 9223372036854775807),
                    -records,
                    -length(value)
                ],
                orders.places
            )
        } as standing,
        orders.rules
    from spoken
    inner join identity_survivorship as orders
        on spoken.field = orders.field
),

ranked as (
    select
        *,
        row_number() over survivors as place,
        -- the one it was chosen before, or the one chosen before it
        coalesce(
            case when row_number() over survivors = 1 then lead(standing) over survivors end,
            first_value(standing) over survivors
        ) as rival
    from weighed
    window survivors as (
        partition by customer_id, field
        order by standing, value
    )
),

-- an address or a name in all its writings: since when, and until another one came
stretches as (
    select
        customer_id,
        field,
        coalesce(sameness, value) as sameness,
        min(first_seen_at) as valid_from,
        max(seen_at) as last_at
    from ranked
    group by customer_id, field, coalesce(sameness, value)
),

ended as (
    select
        stretches.customer_id,
        stretches.field,
        stretches.sameness,
        min(stretches.valid_from) as valid_from,
        min(later.valid_from) as valid_to
    from stretches
    left join stretches as later
        on stretches.customer_id = later.customer_id
        and stretches.field = later.field
        and later.valid_from > stretches.last_at
    group by stretches.customer_id, stretches.field, stretches.sameness
)

select
    ranked.customer_id,
    ranked.field,
    ranked.value,
    ranked.place = 1 as is_chosen,
    case
        when ranked.standing = ranked.rival and ranked.place = 1 and ranked.standing.corrected < 0 then 'corrected'
        when ranked.standing = ranked.rival and ranked.place = 1 then 'verified'
        when ranked.standing.unusable <> ranked.rival.unusable then 'verified'
        when ranked.standing.corrected <> ranked.rival.corrected then 'corrected'
        -- the first rule that tells them apart; the last one where none does
        when ranked.standing.by[1] <> ranked.rival.by[1] then ranked.rules[1]
        when ranked.standing.by[2] <> ranked.rival.by[2] then ranked.rules[2]
        when ranked.standing.by[3] <> ranked.rival.by[3] then ranked.rules[3]
        else ranked.rules[4]
    end as rule,
    ranked.voice.record_id as record_id,
    ranked.voice.source as source,
    ranked.seen_at,
    ranked.voice.grade as grade,
    ranked.voice.reason as reason,
    cast(ranked.records as integer) as records,
    ranked.first_seen_at,
    coalesce(ended.valid_from, ranked.first_seen_at) as valid_from,
    case when ranked.place > 1 then ended.valid_to end as valid_to
from ranked
left join ended
    on ranked.customer_id = ended.customer_id
    and ranked.field = ended.field
    and coalesce(ranked.sameness, ranked.value) = ended.sameness
union all
select
    agreed.customer_id,
    agreed.field,
    agreed.value,
    true as is_chosen,
    'verified' as rule,
    agreed.voice.record_id as record_id,
    agreed.voice.source as source,
    agreed.seen_at,
    agreed.voice.grade as grade,
    agreed.voice.reason as reason,
    cast(agreed.records as integer) as records,
    agreed.first_seen_at,
    agreed.first_seen_at as valid_from,
    null as valid_to
from agreed
where agreed.value = agreed.other_value and not agreed.is_corrected
union all
select
    customer_id,
    field,
    value,
    true as is_chosen,
    'verified' as rule,
    record_id,
    source,
    recorded_at as seen_at,
    grade,
    reason,
    1 as records,
    recorded_at as first_seen_at,
    recorded_at as valid_from,
    null as valid_to
from identity_said
where is_alone
