"""Units of measure and money: their names, what they measure, and how many of the base unit they are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """`kind` is what is measured; units of one kind convert by `factor`, others never."""

    name: str
    kind: str
    factor: float
    system: str = "metric"


_TABLE = """
km|kilometer|kilometre|kilometers|kilometres|kms length 1000 metric
m|meter|metre|meters|metres length 1 metric
cm|centimeter|centimetre|centimeters|centimetres length 0.01 metric
mm|millimeter|millimetre|millimeters|millimetres length 0.001 metric
mile|miles|mi length 1609.344 imperial
yard|yards|yd length 0.9144 imperial
foot|feet|ft length 0.3048 imperial
inch|inches length 0.0254 imperial
kg|kilogram|kilograms|kilogramme|kilogrammes|kilo|kilos mass 1 metric
g|gram|grams|gramme|grammes mass 0.001 metric
mg|milligram|milligrams mass 0.000001 metric
tonne|tonnes mass 1000 metric
ton|tons mass 1000 loose
lb|lbs mass 0.45359237 imperial
ounce|ounces|oz mass 0.0283495 imperial
hectare|hectares|ha area 10000 metric
acre|acres area 4046.856 imperial
liter|litre|liters|litres|l volume 1 metric
ml|milliliter|milliliters|millilitre|millilitres volume 0.001 metric
gallon|gallons|gal volume 3.785 imperial
second|seconds|sec|secs time 1 metric
minute|minutes|min|mins time 60 metric
hour|hours|hr|hrs time 3600 metric
day|days|calendar_day|calendar_days time 86400 metric
working_day|working_days|business_day|business_days workdays 1 metric
week|weeks|wk|wks time 604800 metric
month|months months 1 metric
year|years|yr|yrs months 12 metric
decade|decades months 120 metric
century|centuries months 1200 metric
%|percent|per_cent|pct percent 1 metric
percentage_point|percentage_points|pp|percentage-point points 1 metric
basis_point|basis_points|bps points 0.01 metric
dollar|dollars|usd|$|us$ dollar 1 metric
cent|cents cent 1 metric
euro|euros|eur|€ euro 1 metric
pound|pounds|gbp|£ pound 1 metric
yen|¥|jpy yen 1 metric
rupee|rupees|inr|₹ rupee 1 metric
franc|francs|chf franc 1 metric
crown|crowns crown 1 metric
mark|marks mark 1 metric
°c|celsius|degrees_celsius|degree_celsius celsius 1 metric
°f|fahrenheit|degrees_fahrenheit|degree_fahrenheit fahrenheit 1 metric
degree|degrees|° degree 1 metric
gb|gigabyte|gigabytes data 1000 metric
mb|megabyte|megabytes data 1 metric
kb|kilobyte|kilobytes data 0.001 metric
tb|terabyte|terabytes data 1000000 metric
kw|kilowatt|kilowatts power 1 metric
mw|megawatt|megawatts power 1000 metric
gw|gigawatt|gigawatts power 1000000 metric
mph speed 1 imperial
"""


def _units() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for line in _TABLE.split("\n"):
        if line:
            names, kind, factor, system = line.split()
            spelled = [name.replace("_", " ") for name in names.split("|")]
            units |= {name: Unit(spelled[0], kind, float(factor), system) for name in spelled}
    return units


UNITS = _units()

SCALES = {
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "hundreds": 2, "thousands": 3,
    "millions": 6, "billions": 9, "mn": 6, "bn": 9, "tn": 12,
}  # fmt: skip
"""Powers of ten that stand after a number."""


def same(one: Unit | None, other: Unit | None) -> bool:
    """Tell whether two units can measure the same thing in the same way; a unit left unsaid fits any."""
    if one is None or other is None or one.kind == other.kind:
        return True
    degrees = {"celsius", "fahrenheit", "degree"}
    return {one.kind, other.kind} <= degrees and "degree" in (one.kind, other.kind)
