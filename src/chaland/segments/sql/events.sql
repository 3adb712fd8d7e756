-- reads:  base.contacts, base.operation_targets, base.redemptions, base.web_events, base.surveys, base.cases,
--         base.projects, base.loyalty_movements, work.customer_numbers
-- writes: segments.events
-- grain:  one row per thing an identified customer did or received, up to the base's day
-- params: $as_of (date)
with told as (
    select
        customer_id,
        'contact' as event,
        contacted_at::date as day,
        channel,
        direction,
        reason,
        outcome,
    from base.contacts
    union all by name
    select
        customer_id,
        'targeted' as event,
        targeted_at::date as day,
        operation_key,
    from base.operation_targets
    union all by name
    select
        customer_id,
        'redeemed' as event,
        redeemed_at::date as day,
        operation_key,
        coupon_key,
    from base.redemptions
    union all by name
    select
        customer_id,
        'web' as event,
        occurred_at::date as day,
        event as web_event,
        page,
        department,
        product_key,
    from base.web_events
    union all by name
    select
        customer_id,
        'survey' as event,
        answered_at::date as day,
        shop_key,
        recommendation_0_10,
        satisfaction_1_5,
    from base.surveys
    union all by name
    select
        customer_id,
        'case' as event,
        opened_at::date as day,
        status,
        subject,
    from base.cases
    union all by name
    select
        customer_id,
        'project' as event,
        opened_date as day,
        project_kind,
        status,
        shop_key,
    from base.projects
    union all by name
    select
        customer_id,
        'card' as event,
        moved_at::date as day,
        movement,
    from base.loyalty_movements
)

select
    told.* exclude (customer_id),
    customer_numbers.customer_number,
from told
inner join work.customer_numbers on customer_numbers.customer_id = told.customer_id
where told.day <= $as_of
