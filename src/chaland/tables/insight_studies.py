"""insight.* of the further studies: purchase paths, what makes loyal, profile, catchment, channels, satisfaction.

As in `chaland.tables.insight`: amounts are net of returns, tax included; a ticket that only takes
goods back is no purchase; intervals are of 95 %.
"""

from __future__ import annotations

from chaland.tables.contract import Table, columns

_CORRECTED = (
    "p_adjusted double not null -- the same, corrected for the number of looks (Holm)",
    "is_significant boolean not null -- p_adjusted below 5 %",
)

PATH_TRANSITIONS = Table(
    "insight",
    "path_transitions",
    "one row per level and ordered pair: bought on one day, then on the customer's next day of purchase",
    ("level", "item", "next_item"),
    columns(
        "level varchar not null -- product, family or department",
        "item varchar not null -- bought first",
        "label varchar not null -- its label",
        "next_item varchar not null -- bought on the next day of purchase; may be the same",
        "next_label varchar not null -- its label",
        "customers bigint not null -- customers who did so",
        "transitions bigint not null -- times they did so",
        "lift double not null -- times as often as chance would have it, given how often each precedes and follows",
        "median_days integer not null -- median days between the two; 731 means more than two years",
        "p_value double not null -- chance of a gap as wide, a customer's repetitions counted as one (two-sided)",
        *_CORRECTED,
        "item_first_customers bigint not null -- customers whose first purchase of item came before that of next_item",
        "next_first_customers bigint not null -- customers for whom it came after",
        "order_p_adjusted double -- chance of so uneven an order (binomial, Holm); null when the two are the same",
    ),
    sort_by=("level", "item", "next_item"),
)

PATH_SEQUENCES = Table(
    "insight",
    "path_sequences",
    "one row per level and sequence of items bought on days that follow one another",
    ("level", "sequence"),
    columns(
        "level varchar not null -- product, family or department",
        "sequence varchar[] not null -- items, in the order bought",
        "labels varchar not null -- their labels",
        "items integer not null -- length, 2 and more",
        "customers bigint not null -- customers who bought them in this order, other purchases between them allowed",
        "customers_ratio double not null -- their share of the customers",
        "confidence double not null -- share of the customers of the sequence but its last item who go on to it",
        "lift double not null -- confidence against the share of all customers who buy the last item",
        "median_days integer not null -- median days from the first purchase of the first item to the first day the whole is done",
    ),
    sort_by=("level", "sequence"),
)

PATH_STARTS = Table(
    "insight",
    "path_starts",
    "one row per level and item of a first purchase: what the customers who began by it became",
    ("level", "item"),
    columns(
        "level varchar not null -- product, family or department",
        "item varchar not null -- in the first purchase",
        "label varchar not null -- its label",
        "customers bigint not null -- customers who began by it",
        "good_customers bigint not null -- of which in the best fifth of all beginners by amount in the days after",
        "good_ratio double not null -- their share",
        "good_ratio_low double not null -- interval (Wilson)",
        "good_ratio_high double not null -- interval (Wilson)",
        "other_good_ratio double -- share among those who began by something else; null when there are none",
        "change double -- good_ratio less other_good_ratio",
        "change_low double -- interval (Newcombe)",
        "change_high double -- interval (Newcombe)",
        "mean_amount_after double not null -- mean net amount in the days after the first",
        "p_value double not null -- chance of a gap as wide, were the two shares one (two-sided)",
        *_CORRECTED,
    ),
    sort_by=("level", "item"),
)

PATH_TABLES = (PATH_TRANSITIONS, PATH_SEQUENCES, PATH_STARTS)

LOYAL_POPULATION = Table(
    "insight",
    "loyal_population",
    "one row: the customers of high potential looked at, and when",
    (),
    columns(
        "basis varchar not null -- list (named by a list of high potential) or amount (the third that spent most before)",
        "customers integer not null -- customers who bought before and in the days of discovery",
        "strata integer not null -- groups of equal earlier behaviour",
        "loyal_ratio double -- share who then bought as often as before, at the least; null without customers",
        "mean_amount_after double -- their mean net amount afterwards",
        "before_from_date date not null -- first day of what came before",
        "before_to_date date not null -- its last day",
        "discovery_to_date date not null -- last day of the days of discovery",
        "after_to_date date not null -- last day of what came after",
    ),
)

LOYAL = Table(
    "insight",
    "loyal",
    "one row per level and item that customers of high potential discovered: an association, not a cause",
    ("level", "item"),
    columns(
        "level varchar not null -- product, family or department",
        "item varchar not null -- bought in the days of discovery, never before",
        "label varchar not null -- its label",
        "discoverers bigint not null -- customers who did",
        "matched bigint not null -- of which had their likes among those who never bought it",
        "others bigint not null -- those likes",
        "loyal_ratio double not null -- share of the discoverers who then bought as often as before, over comparable strata",
        "other_loyal_ratio double not null -- share of their likes, over the same strata",
        "change double not null -- the first less the second (Mantel-Haenszel)",
        "change_low double not null -- interval (Sato)",
        "change_high double not null -- interval (Sato)",
        "extra_amount double not null -- mean net amount afterwards, beyond that of their likes",
        "extra_amount_low double -- interval; null when customers are too few",
        "extra_amount_high double -- interval",
        "unlikeness_before double not null -- widest gap of earlier behaviour were nobody matched, in standard deviations",
        "unlikeness double not null -- the same once matched; beyond 0.1, read with care",
        "p_value double not null -- chance of a gap as wide, were the two shares one (Mantel-Haenszel, two-sided)",
        *_CORRECTED,
    ),
    sort_by=("level", "item"),
)

LOYAL_TABLES = (LOYAL_POPULATION, LOYAL)

PROFILE = Table(
    "insight",
    "profile",
    "one row per characteristic and category: its share among the customers of two periods, missing values set aside",
    ("characteristic", "category"),
    columns(
        "characteristic varchar not null -- sex, age, occupation, seniority, or the column of a file",
        "category varchar not null -- F, M; 25_to_34 …; an occupation; others: those beyond the commonest",
        "place integer not null -- order in which categories are told",
        "customers_before integer not null -- customers of the earlier period",
        "customers_after integer not null -- customers of the later period",
        "ratio_before double not null -- share of those whose characteristic is known; 0 when nobody's is",
        "ratio_before_low double not null -- interval (Wilson)",
        "ratio_before_high double not null -- interval (Wilson)",
        "ratio_after double not null -- share in the later period",
        "ratio_after_low double not null -- interval (Wilson)",
        "ratio_after_high double not null -- interval (Wilson)",
        "change double not null -- ratio_after less ratio_before",
        "change_low double not null -- interval (Newcombe, customers of both periods reckoned with)",
        "change_high double not null -- interval",
        "p_value double not null -- chance of a gap as wide, were the two shares one (two-sided z)",
        *_CORRECTED,
    ),
    sort_by=("characteristic", "place"),
)

PROFILE_TESTS = Table(
    "insight",
    "profile_tests",
    "one row per characteristic: whether its shares moved as a whole, and what is not known",
    ("characteristic",),
    columns(
        "characteristic varchar not null -- as in insight.profile",
        "known_before integer not null -- customers of the earlier period whose characteristic is known",
        "missing_before integer not null -- of whom it is not",
        "known_after integer not null -- customers of the later period whose characteristic is known",
        "missing_after integer not null -- of whom it is not",
        "known_both integer not null -- customers known in both periods",
        "chi_square double not null -- Pearson's, customers of both periods reckoned with",
        "degrees integer not null -- degrees of freedom",
        "p_value double not null -- chance of shares as far apart, were nothing changed",
        *_CORRECTED,
        "before_from_date date -- first day of the earlier period; null for files",
        "before_to_date date -- its last day",
        "after_from_date date -- first day of the later period",
        "after_to_date date -- its last day",
    ),
    sort_by=("characteristic",),
)

PROFILE_TABLES = (PROFILE, PROFILE_TESTS)

_PLACE = (
    "insee_code varchar not null -- commune in force, INSEE; arrondissements and merged communes under it",
    "city varchar not null -- its name",
    "latitude double not null -- of its centre, degrees",
    "longitude double not null -- of its centre, degrees",
    "population integer not null -- inhabitants",
)
_SMALL = "is_small boolean not null -- some customers but fewer than 11: not to be shown by itself"

CATCHMENT_COMMUNES = Table(
    "insight",
    "catchment_communes",
    "one row per commune where a customer lives or that is within reach of a shop",
    ("insee_code",),
    columns(
        *_PLACE,
        "customers integer not null -- persons living there who bought in the window",
        "households integer not null -- their households",
        "amount decimal(18,4) not null -- their net amount in the 365 days to the base's day",
        "penetration_ratio double not null -- customers per inhabitant",
        "penetration_low double not null -- interval (Wilson)",
        "penetration_high double not null -- interval (Wilson)",
        "penetration_index double -- 100 = all communes of this table; null when they have no customer",
        "nearest_shop_key varchar -- nearest shop; null without any",
        "distance_km double -- from its centre to that of the shop's commune, as the crow flies",
        _SMALL,
    ),
    sort_by=("insee_code",),
)

CATCHMENT_ZONES = Table(
    "insight",
    "catchment_zones",
    "one row per shop and commune within its reach: where its own customers live",
    ("shop_key", "insee_code"),
    columns(
        "shop_key varchar not null -- shop",
        *_PLACE,
        "distance_km double not null -- from centre to centre, as the crow flies",
        "customers integer not null -- customers of the shop (their home shop) living there",
        "customers_ratio double not null -- share of the shop's customers within its reach",
        "cumulated_ratio double not null -- the same with all nearer communes",
        "zone varchar not null -- primary (the nearest that make 60 %), secondary (up to 85 %), tertiary",
        "penetration_ratio double not null -- customers of the shop per inhabitant",
        "penetration_low double not null -- interval (Wilson)",
        "penetration_high double not null -- interval (Wilson)",
        "expected_customers double -- what the distance foretells, by the shop's own curve; null without one",
        "potential_index double -- 100 × customers over expected: below 100, less than the distance foretells",
        _SMALL,
    ),
    sort_by=("shop_key", "distance_km"),
)

CATCHMENT_SHOPS = Table(
    "insight",
    "catchment_shops",
    "one row per shop that can be put on the map, and one, of empty shop_key, for all together",
    ("shop_key",),
    columns(
        "shop_key varchar not null -- shop; empty for all together",
        "shop_name varchar not null -- name; empty for all together",
        "insee_code varchar -- commune it stands in",
        "latitude double -- of that commune's centre",
        "longitude double -- of that commune's centre",
        "customers integer not null -- its customers whose home is known",
        "reach_km double not null -- distance within which 95 % of them live, from 10 to 100",
        "customers_within integer not null -- those within reach",
        "median_km double -- median distance of its customers; null without any",
        "primary_km double -- distance within which 60 % live",
        "secondary_km double -- distance within which 85 % live",
        "decay_per_km double -- change of the logarithm of the penetration by kilometre; null when it cannot be fitted",
        "decay_low double -- interval, what the curve leaves unexplained reckoned with",
        "decay_high double -- interval",
        "halving_km double -- distance that halves the penetration; null when it does not fall",
        "halving_low_km double -- interval",
        "halving_high_km double -- interval; null when the fall is not sure",
        "penetration_at_shop double -- penetration the curve gives beside the shop; null for all together",
        "dispersion double -- times as scattered about the curve as counts by themselves would be",
    ),
    sort_by=("shop_key",),
)

CATCHMENT_RINGS = Table(
    "insight",
    "catchment_rings",
    "one row per shop and ring of five kilometres, and one, of empty shop_key, for all together",
    ("shop_key", "from_km"),
    columns(
        "shop_key varchar not null -- shop; empty for all together",
        "from_km integer not null -- ring from, kilometres",
        "to_km integer not null -- ring to",
        "communes integer not null -- communes whose centre is in the ring",
        "population bigint not null -- their inhabitants; counted once per shop within reach for all together",
        "customers integer not null -- customers of the shop living there",
        "penetration_ratio double not null -- customers per inhabitant",
        "penetration_low double not null -- interval (Wilson)",
        "penetration_high double not null -- interval (Wilson)",
        "expected_customers double -- what the shops' own curves foretell; null without one",
    ),
    sort_by=("shop_key", "from_km"),
)

HOMES = Table(
    "work",
    "homes",
    "one row per customer of a file, where he lives: what the study of catchment reads beside a file of tickets",
    ("customer_id",),
    columns(
        "customer_id varchar not null -- customer, as the tickets name him",
        "insee_code varchar not null -- his commune",
    ),
)

SHOP_PLACES = Table(
    "work",
    "shop_places",
    "one row per shop whose own place a file gives; the others stand at the centre of their commune",
    ("shop_key",),
    columns(
        "shop_key varchar not null -- that of base.shops",
        "latitude double not null -- degrees, WGS 84",
        "longitude double not null -- degrees, WGS 84",
    ),
)

CATCHMENT_TABLES = (CATCHMENT_COMMUNES, CATCHMENT_ZONES, CATCHMENT_SHOPS, CATCHMENT_RINGS)

CHANNEL_GROUPS = Table(
    "insight",
    "channel_groups",
    "one row per way of using the channels in the earlier period: what those customers did in the later one",
    ("channel_group",),
    columns(
        "channel_group varchar not null -- shop_only, shop_informed (buys in shops, seen on line), web_only, both",
        "customers integer not null -- persons who bought in the earlier period",
        "customers_ratio double not null -- their share",
        "mean_tickets_before double not null -- mean purchases in the earlier period",
        "mean_amount_before double not null -- mean net amount in the earlier period",
        "active_ratio double not null -- share that bought in the later period",
        "active_low double not null -- interval (Wilson)",
        "active_high double not null -- interval (Wilson)",
        "mean_amount_after double not null -- mean net amount in the later period",
        "mean_amount_low double -- interval; null for fewer than two customers",
        "mean_amount_high double -- interval",
        "matched bigint -- customers with their likes, by earlier behaviour, in shop_only; null for shop_only itself",
        "extra_amount double -- mean net amount beyond that of those likes: an association, not a cause",
        "extra_amount_low double -- interval",
        "extra_amount_high double -- interval",
        "extra_active double -- share active beyond that of those likes",
        "extra_active_low double -- interval (Sato)",
        "extra_active_high double -- interval (Sato)",
        "p_adjusted double -- chance of such a gap of activity, were there none (Mantel-Haenszel, Holm)",
        "before_from_date date not null -- first day of the earlier period",
        "before_to_date date not null -- its last day",
        "after_to_date date not null -- last day of the later period",
    ),
    sort_by=("channel_group",),
)

CHANNEL_CROSSINGS = Table(
    "insight",
    "channel_crossings",
    "one row per direction and department (empty: all): purchases that the other channel came before",
    ("direction", "department"),
    columns(
        "direction varchar not null -- web_to_shop (looked at on line, then bought in a shop) or shop_to_web (bought in a shop, then on line)",
        "department varchar not null -- department looked at and bought; empty for all, each purchase counted once",
        "purchases bigint not null -- purchases of identified customers, whose days before and after are wholly known",
        "customers bigint not null -- their customers",
        "preceded bigint not null -- purchases preceded by the other channel within the days",
        "preceded_ratio double not null -- their share",
        "preceded_low double not null -- interval (Wilson, a customer's purchases going together)",
        "preceded_high double not null -- interval",
        "followed_ratio double not null -- share that the other channel follows within as many days: what chance and habit give",
        "lift double -- preceded over followed; null when nothing follows",
        "median_days integer -- median days from the last time in the other channel to the purchase; null without any",
        "identified_ratio double -- share of this channel's tickets that bear a customer; null for one department",
    ),
    sort_by=("direction", "department"),
)

CHANNEL_DELAYS = Table(
    "insight",
    "channel_delays",
    "one row per direction and number of days from the other channel to the purchase",
    ("direction", "days"),
    columns(
        "direction varchar not null -- web_to_shop or shop_to_web",
        "days integer not null -- days from the last time in the other channel, 0 the same day",
        "purchases bigint not null -- purchases",
    ),
    sort_by=("direction", "days"),
)

CHANNEL_TABLES = (CHANNEL_GROUPS, CHANNEL_CROSSINGS, CHANNEL_DELAYS)

SATISFACTION_SCORES = Table(
    "insight",
    "satisfaction_scores",
    "one row for all answers of the window, one per shop and one per quarter",
    ("scope", "scope_key"),
    columns(
        "scope varchar not null -- all, shop or quarter",
        "scope_key varchar not null -- empty, the shop, or the first day of the quarter (2026-07-01)",
        "answers integer not null -- answers",
        "recommendations integer not null -- of which say how likely a recommendation is, 0 to 10",
        "promoters integer not null -- 9 and 10",
        "detractors integer not null -- 0 to 6",
        "nps double -- promoters less detractors, as a share (-1 to 1); null without a recommendation",
        "nps_low double -- interval, standard error sqrt((p + d - (p - d)^2) / n)",
        "nps_high double -- interval",
        "satisfactions integer not null -- answers that give a satisfaction, 1 to 5",
        "satisfied integer not null -- 4 and 5",
        "csat_ratio double -- their share; null without a satisfaction",
        "csat_low double -- interval (Wilson)",
        "csat_high double -- interval",
        "comments integer not null -- answers with a comment",
    ),
    sort_by=("scope", "scope_key"),
)

SATISFACTION_ASPECTS = Table(
    "insight",
    "satisfaction_aspects",
    "one row per aspect rated: its mean rating against its weight in the whole; empty where only the whole is rated",
    ("aspect",),
    columns(
        "aspect varchar not null -- what was rated",
        "answers integer not null -- answers that rate it and the whole",
        "performance double not null -- mean rating",
        "performance_low double -- interval (Student); null below two answers",
        "performance_high double -- interval",
        "importance double not null -- correlation of its rating with the whole satisfaction",
        "importance_low double -- interval (Fisher's z); null below four answers",
        "importance_high double -- interval",
        "quadrant varchar not null -- concentrate_here, keep_up, low_priority or overkill; crosshairs at the means",
    ),
    sort_by=("aspect",),
)

SATISFACTION_ALERTS = Table(
    "insight",
    "satisfaction_alerts",
    "one row per customer whose latest answer of the window is not satisfied",
    ("customer_id",),
    columns(
        "customer_id varchar not null -- customer",
        "survey_id varchar not null -- his latest answer",
        "shop_key varchar -- shop judged",
        "answered_date date not null -- since when",
        "days_since integer not null -- days since",
        "recommendation_0_10 integer -- 0 to 6, or not said",
        "satisfaction_1_5 integer -- 1 or 2, or not said",
        "comment varchar -- his words",
        "amount_12_months decimal(18,4) -- his net purchases of a year, at stake; null when the customer is not known",
        "value_12_months decimal(18,4) -- value foreseen over a year, where insight.clv tells it",
        "answered_to_date date -- first contact made with him since; null: nobody has answered",
        "open_cases integer -- his cases still open",
    ),
    sort_by=("answered_date", "customer_id"),
)

SATISFACTION_TABLES = (SATISFACTION_SCORES, SATISFACTION_ASPECTS, SATISFACTION_ALERTS)

TABLES = (
    *PATH_TABLES,
    *LOYAL_TABLES,
    *PROFILE_TABLES,
    *CATCHMENT_TABLES,
    *CHANNEL_TABLES,
    *SATISFACTION_TABLES,
)
