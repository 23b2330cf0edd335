from datetime import date

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.registry.codes import Code, read_code
from huiqi.registry.publish import write_snapshot
from huiqi.registry.sample import BLOCK_ROWS, SAMPLE_COLUMNS, columns_without_recipe, sample
from huiqi.registry.schema import arrow_schema
from huiqi.registry.snapshot import open_snapshot, verify_snapshot
from huiqi.registry.synthetic.codes import synthetic_codes
from huiqi.registry.synthetic.districts import districts_of
from huiqi.registry.synthetic.tables import FACT_RULES
from huiqi.registry.types import ROLES, Column

DAY = date(2013, 6, 30)


def drawn(rows, *, seed=7, region="370200", columns=SAMPLE_COLUMNS):
    batches = list(sample(rows, seed=seed, region=region, as_of=DAY, columns=columns))
    return pa.Table.from_batches(batches, arrow_schema(columns))


@pytest.fixture(scope="module")
def firms() -> pl.DataFrame:
    frame = pl.from_arrow(drawn(BLOCK_ROWS + 5000))
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(pl.col("industry_code").cast(pl.String), pl.col("roles").cast(pl.String))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 3000), st.integers(0, 3000))
def test_a_row_is_the_same_in_a_longer_register(seed, rows, more):
    few = ("employees", "total_assets", "industry_code", "is_hnte")
    columns = {name: SAMPLE_COLUMNS[name] for name in few}
    short, long = drawn(rows, seed=seed, columns=columns), drawn(rows + more, seed=seed, columns=columns)
    assert short.num_rows == rows
    assert long.slice(0, rows).to_pylist() == short.to_pylist()


def test_a_column_does_not_depend_on_the_others():
    alone = drawn(500, columns={"taxable_income": SAMPLE_COLUMNS["taxable_income"]})
    assert drawn(500)["taxable_income"].to_pylist() == alone["taxable_income"].to_pylist()


def test_another_seed_gives_another_register():
    assert drawn(100, seed=1)["employees"] != drawn(100, seed=2)["employees"]


def test_blocks_do_not_repeat_one_another(firms):
    assert firms["code"].n_unique() == firms.height
    assert firms["employees"][:5000].to_list() != firms["employees"][BLOCK_ROWS:].to_list()


def test_every_code_is_valid_and_from_the_series_that_is_never_given_out(firms):
    for code, region, individual in (
        firms.select("code", "region", "is_individual_business").head(3000).rows()
    ):
        read = read_code(code, where="")
        assert isinstance(read, Code)
        assert (read.text[8:10], read.region) == ("XX", region)
        assert individual in (None, read.kind == "individual")


def test_the_organisation_part_has_its_own_check_character(firms):
    """GB 11714: weights 3 7 9 10 5 8 4 2 modulo 11; M000100Y has 4 in the example of the standard."""

    def check(body):
        total = sum(int(c, 36) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
        return "0123456789X"[(11 - total % 11) % 11]

    assert check("M000100Y") == "4"
    assert all(code[16] == check(code[8:16]) for code in firms["code"].head(1000))


def test_the_series_ends_with_an_error_rather_than_a_repeated_code():
    with pytest.raises(ValueError, match="887503681 codes"):
        synthetic_codes(
            pa.array([31**6]).to_numpy(),
            pa.array([False]).to_numpy(False),
            ["370202"],
            pa.array([0]).to_numpy(),
        )


def test_names_say_synthetic(firms):
    assert firms["name"].str.starts_with("合成").all()
    assert firms.filter(pl.col("roles") == "enterprise")["name"].str.contains(r"^合成企业\d{6}$").all()


def test_unknowns_come_at_the_documented_rates(firms):
    enterprises = firms.filter(pl.col("roles") != "individual")
    for name, rule in FACT_RULES.items():
        if "guarant" in name and rule.column.type == "money":
            continue  # stated of guarantors alone
        share = enterprises[name].null_count() / enterprises.height
        assert abs(share - rule.unknown) < 0.01, name
        assert 0.05 <= rule.unknown <= 0.30


def test_figures_of_a_firm_fit_one_another(firms):
    known = firms.drop_nulls(["industry_code", "industry_sector", "employees", "operating_revenue"])
    industrial = known["industry_code"].str.contains("^[BCD]")
    assert (known["industry_sector"].cast(pl.String) == "industrial").to_list() == industrial.to_list()
    big = known.filter(pl.col("employees") >= 300)["operating_revenue"].median()
    small = known.filter(pl.col("employees") < 20)["operating_revenue"].median()
    assert big > 10 * small
    assert known["employees"].min() >= 1
    assert (firms["establishment_date"].drop_nulls() <= DAY).all()
    hnte = firms.filter(
        pl.col("is_hnte") & pl.col("rd_expense").is_not_null() & (pl.col("operating_revenue") > 0)
    )
    assert hnte.height > 50
    assert (hnte["rd_expense"].cast(pl.Float64) / hnte["operating_revenue"].cast(pl.Float64)).min() > 0.029


def test_small_firms_are_nearly_all_and_every_role_occurs(firms):
    assert (firms["employees"].drop_nulls() < 300).mean() > 0.95
    roles = {role for words in firms["roles"].unique() for role in words.split(",")}
    assert (
        {"bank", "guarantor", "microloan_company", "agency", "service_platform", "incubator"}
        <= roles
        <= set(ROLES)
    )
    assert firms["roles"].str.contains("enterprise").mean() > 0.95


def test_only_guarantors_have_a_guarantee_volume(firms):
    stated = firms.filter(pl.col("sme_guarantee_volume").is_not_null())
    assert stated.height > 10
    assert (stated["roles"] == "enterprise,guarantor").all()
    both = stated.drop_nulls("small_micro_guarantee_volume")
    assert (both["small_micro_guarantee_volume"] <= both["sme_guarantee_volume"]).all()


def test_a_fact_without_assumption_is_left_unknown():
    columns = {
        "moon_phase": Column("moon_phase", "enum", values=("new", "full")),
        "employees": Column("employees", "text"),
    }
    assert columns_without_recipe(columns) == ["moon_phase", "employees"]
    assert drawn(50, columns=columns)["moon_phase"].null_count == 50


def test_districts_are_those_of_the_day():
    assert "370205" in districts_of("370200", day=date(2011, 1, 1))
    assert "370205" not in districts_of("370200", day=DAY)
    assert "370215" in districts_of("370200", day=date(2020, 1, 1))
    assert districts_of("370202", day=DAY) == ["370202"]
    assert {"370102", "370202", "371082"} <= set(districts_of("370000", day=DAY))
    for wrong in ("3702", "999900", "37020x"):
        with pytest.raises(ValueError, match=wrong):
            districts_of(wrong, day=DAY)


def test_a_sample_becomes_a_register_that_says_it_is_synthetic(tmp_path):
    batches = sample(3000, seed=1, region="370000", as_of=DAY)
    write_snapshot(tmp_path, batches, columns=SAMPLE_COLUMNS, source="合成", as_of=DAY, synthetic=True)
    snapshot = open_snapshot(tmp_path)
    assert verify_snapshot(tmp_path) == []
    assert snapshot.manifest.synthetic
    assert snapshot.columns == SAMPLE_COLUMNS
    assert len(snapshot.files()) > 10
