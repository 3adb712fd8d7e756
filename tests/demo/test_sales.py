"""Tickets behave as a shop's do: anonymity, returns, associations, seasons, projects, visits before buying."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest


@pytest.fixture(scope="module")
def tickets(brindille: Path) -> duckdb.DuckDBPyConnection:
    base = duckdb.connect()
    base.execute(f"""
        create table lines as
        select ticket, carte, ligne::int as ligne, code_article, libelle, rayon, quantite::int as quantite,
            strptime(date_heure, '%d/%m/%Y %H:%M') as sold_at,
            replace(prix_unitaire, ',', '.')::decimal(12, 2) as price,
            coalesce(replace(remise, ',', '.')::decimal(12, 2), 0) as discount,
            replace(montant, ',', '.')::decimal(12, 2) as amount
        from read_csv('{brindille}/tickets/*.csv', delim = ';', header = true, all_varchar = true)
    """)
    return base


def one(base: duckdb.DuckDBPyConnection, sql: str) -> float:
    row = base.execute(sql).fetchone()
    assert row is not None
    return float(row[0])


def test_45_percent_of_sales_tickets_carry_no_card(tickets: duckdb.DuckDBPyConnection) -> None:
    share = one(
        tickets,
        "select avg((carte is null)::int) from (select ticket, any_value(carte) as carte from lines group by ticket)",
    )
    assert abs(share - 0.45) < 0.01


def test_there_are_about_five_tickets_a_person_and_2_7_lines_a_ticket(tickets: duckdb.DuckDBPyConnection) -> None:
    count = one(tickets, "select count(distinct ticket) from lines")
    assert 4.4 < count / 3_000 < 5.6
    assert 2.5 < one(tickets, "select count(*) from lines") / count < 2.9


def test_returns_are_negative_in_quantity_and_amount(tickets: duckdb.DuckDBPyConnection) -> None:
    assert one(tickets, "select count(*) from lines where (quantite < 0) <> (amount < 0)") == 0
    assert 0.01 < one(tickets, "select avg((quantite < 0)::int) from lines") < 0.02


def test_a_return_never_gives_back_more_than_was_paid(tickets: duckdb.DuckDBPyConnection) -> None:
    assert one(tickets, "select count(*) from lines where quantite < 0 and -amount > price * -quantite") == 0


def test_a_line_is_price_times_units_less_the_discount(tickets: duckdb.DuckDBPyConnection) -> None:
    assert one(tickets, "select count(*) from lines where quantite > 0 and amount <> price * quantite - discount") == 0
    assert one(tickets, "select count(*) from lines where discount > 0") > 100


def test_a_ticket_is_of_one_moment_one_card_and_numbers_its_lines(tickets: duckdb.DuckDBPyConnection) -> None:
    assert (
        one(
            tickets,
            "select count(*) from (select 1 from lines group by ticket having count(distinct sold_at) > 1 "
            "or count(distinct carte) > 1 or max(ligne) <> count(*) or count(distinct ligne) <> count(*))",
        )
        == 0
    )


@pytest.mark.parametrize(
    ("one_family", "other_family"),
    [("Peinture murale", "Rouleau"), ("Pot ", "Terreau"), ("Vis ", "Chevilles"), ("Sapin", "Guirlande")],
)
def test_what_goes_together_is_bought_together(
    tickets: duckdb.DuckDBPyConnection, one_family: str, other_family: str
) -> None:
    lift = one(
        tickets,
        f"""
        with baskets as (
            select bool_or(libelle like '{one_family}%') as a, bool_or(libelle like '{other_family}%') as b
            from lines where quantite > 0 group by ticket
        )
        select avg((a and b)::int) / (avg(a::int) * avg(b::int)) from baskets
        """,
    )
    assert lift > 3


def test_the_garden_sells_in_spring_and_firs_in_december(tickets: duckdb.DuckDBPyConnection) -> None:
    def share(words: str, months: str) -> float:
        return one(tickets, f"select avg((month(sold_at) in ({months}))::int) from lines where libelle like '{words}%'")

    assert share("Plant potager", "4, 5, 6") > 0.5
    assert share("Sapin", "11, 12") > 0.6


def test_a_card_is_never_shown_before_it_was_opened(brindille: Path, tickets: duckdb.DuckDBPyConnection) -> None:
    holders = (brindille / "carte" / "porteurs.txt").read_bytes().decode("cp1252").removesuffix("\r\n").split("\r\n")
    opened = [(line[:13], f"{line[364:368]}-{line[362:364]}-{line[360:362]}") for line in holders]
    tickets.execute("create or replace table opened (carte varchar, day date)")
    tickets.executemany("insert into opened values (?, ?)", opened[:1500])
    assert one(tickets, "select count(*) from lines join opened using (carte) where sold_at::date < day") == 0
    assert one(tickets, "select count(*) from lines join opened using (carte)") > 1000


def test_many_buy_in_the_shop_what_they_looked_at_on_line(brindille: Path) -> None:
    truth = f"'{brindille}/truth.parquet'"
    informed = duckdb.sql(f"""
        with seen as (
            select person_id, properties->>'product_id' as product, "timestamp"[:10]::date as day
            from read_json('{brindille}/site/*.jsonl', columns = {{type: 'varchar', event: 'varchar',
                userId: 'varchar', "timestamp": 'varchar', properties: 'json'}}) as events
            join {truth} as truth on truth.source = 'site_clients' and truth.person_key = events.userId
            where event = 'Product Viewed'
        ),
        bought as (
            select person_id, code_article as product, strptime(date_heure, '%d/%m/%Y %H:%M')::date as day
            from read_csv('{brindille}/tickets/*.csv', delim = ';', all_varchar = true) as lines
            join {truth} as truth on truth.source = 'carte' and truth.person_key = lines.carte
        )
        select count(*) from seen join bought using (person_id, product)
        where bought.day - seen.day between 0 and 14
    """).fetchone()
    assert informed is not None and informed[0] > 300
