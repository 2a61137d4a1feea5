//! E05xx: templates.

use super::Code;

pub(super) const CODES: &[Code] = &[Code {
    code: "E0501",
    title: "a template that Go does not understand",
    text: "\
`id`, `message` and `details` of alerts are Go templates: `{{ .ID }}`, `{{ index
.Tags \"host\" }}`. `json` exists in `details` alone. Kapacitor finds the mistake when
the task is enabled.",
    wrong: "stream|from()|alert().crit(lambda: TRUE).id('{{ .ID')",
    right: "stream|from()|alert().crit(lambda: TRUE).id('{{ .Name }}')",
}];
