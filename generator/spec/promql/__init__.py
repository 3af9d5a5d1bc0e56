"""PromQL that a person wrote, parsed and held against the catalogue.

Finds what Prometheus would only show as silence, or as an error while it evaluates: a metric or label nobody exposes,
`rate` over a gauge, a quantile without `le`, labels that never match one to one, a division that is 0/0 on an idle
system, a comparison that nothing can fulfil.
"""

from generator.spec.promql.checking import Checked, check_expression
from generator.spec.promql.findings import Finding
from generator.spec.promql.reaching import rule_findings
from generator.spec.promql.reading import compares, variables
from generator.spec.promql.selecting import read_selector

__all__ = ["Checked", "Finding", "check_expression", "compares", "read_selector", "rule_findings", "variables"]
