"""The shipped reference tables hold what their README says."""

from __future__ import annotations

import pytest

from chaland.engine import Engine
from chaland.reference import table_path


def one(sql: str) -> object:
    with Engine() as engine:
        return engine.value(sql)


def test_every_french_commune_in_force_is_there_with_its_population() -> None:
    path = table_path("communes")
    assert one(f"select count(*) from '{path}' where kind = 'commune'") == 34969
    assert one(f"select sum(population) from '{path}' where kind = 'commune'") == 68952941


def test_a_postcode_may_serve_several_communes_and_another_departement() -> None:
    path = table_path("postcodes")
    assert one(f"select count(distinct insee_code) from '{path}' where postcode = '01200'") > 1
    assert one(f"select count(*) from '{path}' where postcode = '01200' and insee_code = '74109'") == 1


def test_a_commune_merged_or_renamed_keeps_its_old_name_under_the_code_of_today() -> None:
    path = table_path("communes")
    told = "select string_agg(parent_insee_code, ' ') from '{}' where kind = 'former' and city = '{}'"
    assert one(told.format(path, "Arlod")) == "01033"
    assert one(told.format(path, "Herblay")) == "95306"
    assert one(f"select count(*) from '{path}' where kind = 'former'") == 1638


def test_rene_is_written_with_its_accent_far_more_often_than_without() -> None:
    path = table_path("first_names")
    assert one(f"select sum(births) from '{path}' where name = 'René'") == 516609


def test_martin_is_the_first_surname() -> None:
    path = table_path("last_names")
    assert one(f"select name from '{path}' where rank = 1") == "MARTIN"


def test_an_unknown_table_is_refused_by_name() -> None:
    with pytest.raises(FileNotFoundError, match="has no table 'planets'"):
        table_path("planets")
