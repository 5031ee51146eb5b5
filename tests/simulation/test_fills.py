"""One order at a time, in numbers that can be worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.simulation.fills import (
    Deal,
    Order,
    buying_price,
    opening_purchase,
    opening_sale,
    plus,
    purchase,
    purchase_for,
    sale,
    selling_price,
)
from alphintra_desktop.simulation.rules import CASH, FRACTION, SHARES, Rules
from alphintra_desktop.simulation.simulated import ENTRY

FREE = Rules()
AT_64 = Order(3, 0, 64.0, ENTRY, False)


def test_that_slippage_and_spread_make_buyers_pay_more_and_sellers_get_less():
    rules = Rules(slippage=0.125, half_spread=0.5)
    assert buying_price(64.0, rules) == 72.5
    assert selling_price(64.0, rules) == 55.5


def test_that_the_cost_has_a_part_of_the_value_one_a_share_and_one_an_order():
    rules = Rules(commission=0.125, commission_per_share=0.25, commission_per_order=3.0)
    assert purchase(8.0, 1e6, 64.0, rules) == Deal(8.0, 64.0, 64.0 + 2.0 + 3.0, 512.0 + 69.0)
    assert sale(8.0, 64.0, rules) == Deal(-8.0, 64.0, 69.0, -(512.0 - 69.0))


def test_that_an_order_beyond_the_cash_fills_as_far_as_cash_pays_for_shares_and_costs():
    rules = Rules(commission=0.25, commission_per_order=20.0)
    assert purchase(100.0, 100.0, 64.0, rules) == Deal(1.0, 64.0, 36.0, 100.0)


def test_that_all_of_an_amount_is_spent_with_a_commission_per_share_too():
    rules = Rules(commission=0.25, commission_per_share=16.0, commission_per_order=4.0)
    assert purchase_for(100.0, 64.0, rules) == Deal(1.0, 64.0, 36.0, 100.0)


def test_that_whole_shares_leave_the_rest_in_cash():
    rules = Rules(whole_shares=True, commission=0.25)
    assert purchase_for(250.0, 64.0, rules) == Deal(3.0, 64.0, 48.0, 240.0)


@pytest.mark.parametrize("limit", [0.0, 5.0, -10.0])
def test_that_nothing_is_bought_where_cash_does_not_even_pay_the_commission(limit: float):
    assert purchase_for(limit, 64.0, Rules(commission_per_order=5.0)).shares == 0.0


def test_that_a_sale_that_costs_more_than_it_brings_is_not_made():
    assert sale(1.0, 4.0, Rules(commission_per_order=5.0)).shares == 0.0


@pytest.mark.parametrize(
    ("kind", "size", "shares"), [(SHARES, 3.0, 3.0), (CASH, 128.0, 2.0), (FRACTION, 0.5, 5.0)]
)
def test_that_a_size_means_shares_or_money_or_a_part_of_the_account(
    kind: int, size: float, shares: float
):
    rules = Rules(size_kind=kind)
    assert opening_purchase(AT_64, size, 640.0, 640.0, rules).shares == shares
    assert opening_sale(AT_64, size, 640.0, rules).shares == -shares


def test_that_an_amount_of_cash_is_counted_in_shares_before_slippage():
    deal = opening_purchase(AT_64, 640.0, 9e9, 9e9, Rules(size_kind=CASH, slippage=0.125))
    assert (deal.shares, deal.price) == (10.0, 72.0)


def test_that_a_fraction_takes_no_more_than_the_cash_there_is():
    assert opening_purchase(AT_64, 0.5, 2_000.0, 640.0, FREE).shares == 10.0


def test_that_a_short_by_fraction_leaves_room_for_its_own_costs():
    rules = Rules(commission=0.25, commission_per_order=40.0)
    assert opening_sale(AT_64, 0.5, 840.0, rules).shares == -5.0


def test_that_only_the_dust_of_rounding_is_swept_away():
    assert plus(0.1 + 0.2, -0.3) == 0.0
    assert plus(100.0, -99.999) == 100.0 - 99.999
    assert plus(0.0, 1e-12) == 1e-12


numbers = st.integers(1, 10_000).map(lambda n: n / 8)


@given(numbers, numbers, st.sampled_from([0.0, 0.001, 0.25]), st.sampled_from([0.0, 1.5]))
def test_that_a_purchase_never_costs_more_than_the_limit_and_uses_all_it_needs(
    shares: float, limit: float, commission: float, per_order: float
):
    rules = Rules(commission=commission, commission_per_order=per_order)
    deal = purchase(shares, limit, 64.0, rules)
    value = Fraction(deal.shares) * 64
    exact = value * Fraction(commission) + Fraction(per_order) if deal.shares else Fraction(0)
    assert deal.paid <= limit * (1 + 1e-9)
    assert deal.cost == pytest.approx(float(exact), rel=1e-9, abs=1e-9)
    assert deal.paid == pytest.approx(float(value + exact), rel=1e-9, abs=1e-9)
    affordable = (Fraction(limit) - Fraction(per_order)) / (64 * (1 + Fraction(commission)))
    expected = min(Fraction(shares), max(affordable, Fraction(0)))
    assert deal.shares == pytest.approx(float(expected), rel=1e-9, abs=1e-9)
