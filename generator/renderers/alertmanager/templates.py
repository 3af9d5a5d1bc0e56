"""`templates/telegram.tmpl`: the message of the way out, which keeps within Telegram's limit whatever it is given.

In HTML mode Alertmanager never shortens a message: one that is too long is refused, or replaced by an apology. So
every text is cut, after its escapes have been counted, links that are too long are left out, and of many alerts the
first few are shown. Only functions of Alertmanager 0.25 are used; `reReplaceAll` serves as a ruler.
Sources: https://core.telegram.org/bots/api#sendmessage and
https://prometheus.io/docs/alerting/latest/notifications/
"""

from generator.artifact import HEADER, Artifact
from generator.domain import names

MESSAGE = '{{ template "tocsin.telegram" . }}'
"""What the receiver sends."""

LIMIT = 4096
"""Characters that Telegram takes, and that Alertmanager counts with all tags and escapes."""

ALERTS = 5
"""How many alerts are shown one by one."""

_MESSAGE = r"""
{{- define "tocsin.telegram" -}}
{{- $alerts := .Alerts.Firing -}}
{{- if not $alerts }}{{ $alerts = .Alerts.Resolved }}{{ end -}}
{{- if .Alerts.Firing }}🔴{{ else }}🟢 RESOLVED{{ end -}}
{{- with .CommonLabels.severity }} {{ template "tocsin.text.20" (toUpper .) }}{{ end -}}
{{- with .CommonAnnotations.sev }} · {{ template "tocsin.text.20" . }}{{ end -}}
{{- with .CommonLabels.alertname }} · <b>{{ template "tocsin.text.80" . }}</b>{{ end -}}
{{- with .CommonLabels.system }} · {{ template "tocsin.text.60" . }}{{ end -}}
{{- with .CommonAnnotations.summary }}
{{ template "tocsin.text.200" . }}{{ end -}}
{{- if and .Alerts.Firing .Alerts.Resolved }}
{{ len .Alerts.Firing }} firing, {{ len .Alerts.Resolved }} resolved{{ end }}
{{ range $index, $alert := $alerts }}{{ if lt $index MOST }}
• {{ if not $.CommonLabels.alertname }}{{ template "tocsin.text.80" .Labels.alertname }} {{ end -}}
{{- with .Annotations.description }}{{ template "tocsin.text.400" . }}
  {{ end -}}
since {{ .StartsAt.UTC.Format "2006-01-02 15:04" }} UTC
{{- if eq .Status "resolved" }}, until {{ .EndsAt.UTC.Format "2006-01-02 15:04" }} UTC{{ end -}}
{{- end }}{{ end -}}
{{- if gt (len $alerts) MOST }}
+{{ len (slice $alerts MOST) }} more{{ end }}
{{ with .CommonAnnotations.runbook_url }}{{ if RULER }}
<a href="{{ . }}">Runbook</a>{{ end }}{{ end -}}
{{- with .CommonAnnotations.dashboard_url }}{{ if RULER }}
<a href="{{ . }}">Dashboard</a>{{ end }}{{ end -}}
{{- end }}
"""

# Every character of a link that might be escaped counts as twelve: a rune of four bytes, each of them as %F0.
_LINK = 300
_RULER = f"le (len (reReplaceAll `[^A-Za-z0-9:/?=._~-]` `123456789012` .)) {_LINK}"

# A text, and its length once HTML is escaped: five characters at most for one of these six, and one for any other.
_WIDTH = "(len (reReplaceAll `[<>&\"'+]` `12345` (reReplaceAll `[^[:ascii:]]` `1` $text)))"
_TEXT = """
{{- define "tocsin.text.SIZE" -}}
{{- $text := printf "%.WHOLEs" . -}}
{{- if gt WIDTH WHOLE }}{{ $text = printf "%.MOSTLYs" . }}{{ end -}}
{{- if gt WIDTH WHOLE }}{{ $text = printf "%.SURELYs" . }}{{ end -}}
{{- $text }}{{ if ne $text . }}…{{ end -}}
{{- end }}
"""


def render() -> Artifact:
    """The template; the same for every service, because it measures what it is given."""
    message = _MESSAGE.replace("MOST", str(ALERTS)).replace("RULER", _RULER)
    texts = "".join(_text(size) for size in (20, 60, 80, 200, 400))
    text = "{{/* " + HEADER + " */}}\n" + message.lstrip() + texts
    return Artifact.at(f"{names.ALERTMANAGER}/templates/telegram.tmpl", text)


def _text(size: int) -> str:
    """The template that prints a text in at most `size` characters, an ellipsis included if it had to be cut."""
    whole = size - 1
    numbers = {"SIZE": size, "WHOLE": whole, "MOSTLY": whole * 3 // 4, "SURELY": whole // 5}
    text = _TEXT.replace("WIDTH", _WIDTH)
    for word, number in numbers.items():
        text = text.replace(word, str(number))
    return text
