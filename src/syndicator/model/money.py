"""Money as integer minor units of one ISO 4217 currency."""

from __future__ import annotations

from decimal import Decimal

import attrs

_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_DIGITS = {
    **dict.fromkeys(_WHOLE.split(), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Minor-unit digits of ISO 4217 where they are not 2 (list one, 2026-01)."""

_LISTED = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
    KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO
    NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND
    VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    ANG BGN CUC HRK SLL ZWL
"""
CURRENCIES = frozenset(_LISTED.split())
"""Currencies of ISO 4217 (list one, 2026-01) that people are paid in; in the last line those that
went out of use since 2021, of which figures may still tell."""

MOST = 10**15
"""Minor units; more is no price, and no whole number in every reader of JSON."""


def digits_of(currency: str) -> int:
    """Return how many decimal digits a currency's minor unit has."""
    return _DIGITS.get(currency, 2)


@attrs.frozen
class Money:
    """An amount: `Money(99, "USD")` is 0.99 US dollars."""

    minor: int
    currency: str = attrs.field(validator=attrs.validators.matches_re(r"[A-Z]{3}"))

    @classmethod
    def parse(cls, amount: str, currency: str) -> Money:
        """Return the money that a decimal text spells.

        Raises:
            ValueError: not a decimal number, or finer than the currency's minor unit.
        """
        try:
            scaled = Decimal(amount).scaleb(digits_of(currency))
        except ArithmeticError:
            scaled = Decimal("NaN")
        if not scaled.is_finite() or abs(scaled) >= MOST:
            raise ValueError(f"{amount[:20]!r} is no amount of money; write it like 0.99")
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{amount} {currency} is finer than {currency} can be paid")
        return cls(int(scaled), currency)

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return Money(self.minor + other.minor, self.currency)

    def __str__(self) -> str:
        return f"{Decimal(self.minor).scaleb(-digits_of(self.currency))} {self.currency}"

    def as_json(self) -> dict[str, object]:
        """Return `{"minor": 99, "currency": "USD"}`."""
        return {"minor": self.minor, "currency": self.currency}
