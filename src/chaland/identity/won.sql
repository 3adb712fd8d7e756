-- reads:  identity_said, identity_heard, identity_voices, identity_survivorship
-- writes: identity_won (a work table of this room)
-- grain:  one row per customer of whom several speak, field and distinct value: who says it best, and how it ranks
-- params: none
-- word: of the voice of least standing among those that say the value
-- is_empty: nothing holds, as a steward says
create or replace temp table identity_won as
with spoken as (
    select
        said.customer,
        said.field,
        said.value,
        min(said.standing) as standing,
        count(*) as records,
        min(said.sameness) as sameness,
        min(said.recorded_at) as first_seen_at,
        max(said.recorded_at) as seen_at
    from identity_said as said
    inner join identity_heard as heard
        on said.customer = heard.customer
        and said.field = heard.field
    where not said.is_alone and heard.is_disputed
    group by said.customer, said.field, said.value
),

-- by: what each rule says of the value, least first, in the order of its field's rules
weighed as (
    select
        spoken.* exclude (standing),
        voices.word,
        {
            'unusable': spoken.standing >= 200000000000000,
            'corrected': case when voices.is_correction then -epoch_us(voices.recorded_at) else 0 end,
            'by': list_select(
                [
                    spoken.standing % 10,
                    coalesce(-epoch_us(spoken.seen_at), 9223372036854775807),
                    -spoken.records,
                    -length(spoken.value)
                ],
                orders.places
            )
        } as standing,
        orders.rules
    from spoken
    inner join identity_voices as voices
        on spoken.standing // 10 % 1000000000000 = voices.turn
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
        partition by customer, field
        order by standing, value
    )
),

-- an address or a name in all its writings: since when, and until another one came
stretches as (
    select
        customer,
        field,
        coalesce(sameness, value) as sameness,
        min(first_seen_at) as valid_from,
        max(seen_at) as last_at
    from ranked
    group by customer, field, coalesce(sameness, value)
),

ended as (
    select
        stretches.customer,
        stretches.field,
        stretches.sameness,
        min(stretches.valid_from) as valid_from,
        min(later.valid_from) as valid_to
    from stretches
    left join stretches as later
        on stretches.customer = later.customer
        and stretches.field = later.field
        and later.valid_from > stretches.last_at
    group by stretches.customer, stretches.field, stretches.sameness
)

select
    ranked.customer,
    ranked.field,
    ranked.word,
    ranked.value = '' as is_empty,
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
    cast(ranked.records as integer) as records,
    ranked.first_seen_at,
    ranked.seen_at,
    coalesce(ended.valid_from, ranked.first_seen_at) as valid_from,
    case when ranked.place > 1 then ended.valid_to end as valid_to
from ranked
left join ended
    on ranked.customer = ended.customer
    and ranked.field = ended.field
    and coalesce(ranked.sameness, ranked.value) = ended.sameness
union all
select
    heard.customer,
    heard.field,
    voices.word,
    heard.digest = hash('') as is_empty,
    true as is_chosen,
    'verified' as rule,
    heard.records,
    heard.first_seen_at,
    heard.seen_at,
    heard.first_seen_at as valid_from,
    null as valid_to
from identity_heard as heard
inner join identity_voices as voices
    on heard.standing // 10 % 1000000000000 = voices.turn
where not heard.is_disputed
