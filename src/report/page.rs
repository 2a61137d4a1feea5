//! What the pages have in common: the head, and how they look; light and dark, on paper too.

use std::fmt::Write as _;

use super::svg::escaped;

/// Appends everything up to the main part. The link goes past the index, for those who use a keyboard.
pub(super) fn push_head(out: &mut String, title: &str, link: (&str, &str), words: &str) {
    let (title, (target, label)) = (escaped(title), link);
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<a class=\"skip\" href=\"#{target}\">{label}</a>\n<header>\n<h1>{title}</h1>\n<p>{}</p>\n</header>\n<main>\n",
        escaped(words),
    );
}

const STYLE: &str = "\
:root{--bg:#fff;--fg:#1b1b1f;--soft:#6b6b76;--line:#d5d5dc;--f:#1f5fbf;--crit:#b3261e;--warn:#8a5a00;--info:#00618a;--ok:#2e6b34}
@media(prefers-color-scheme:dark){:root{--bg:#16161a;--fg:#ececf1;--soft:#a0a0ad;--line:#3a3a44;--f:#8ab4ff;--crit:#ff8a80;--warn:#ffc46b;--info:#7fd0f5;--ok:#8fd49a}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:84rem;padding:1rem;background:var(--bg);color:var(--fg);font:16px/1.45 system-ui,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.15rem;overflow-wrap:anywhere}
a{color:var(--f)}a:focus-visible,input:focus-visible,.scroll:focus-visible{outline:3px solid var(--f);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{position:static}
input{font:inherit;padding:.25rem .5rem;min-width:18rem;max-width:100%;color:inherit;background:transparent;border:1px solid var(--soft);border-radius:.25rem}
.scroll{overflow:auto;max-height:28rem;border:1px solid var(--line)}
table{border-collapse:collapse;font-size:.9rem}caption{text-align:left;color:var(--soft);padding:.25rem .5rem}
th,td{padding:.2rem .6rem;text-align:left;vertical-align:top;border-top:1px solid var(--line);white-space:nowrap;font-variant-numeric:tabular-nums}
th[scope=row]{font-weight:600}thead th{position:sticky;top:0;background:var(--bg)}
section{content-visibility:auto;contain-intrinsic-size:auto 22rem;border-top:1px solid var(--line);margin-top:1rem}
[hidden]{display:none}
.alert{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}figure{flex:1 1 36rem;margin:0;min-width:0}
svg{width:100%;height:auto;display:block}svg text{font:13px system-ui,sans-serif;fill:var(--fg)}svg .tl{text-anchor:end;font-size:12px}
path{fill:none}.f{stroke:var(--f);stroke-width:1.5;stroke-linejoin:round}
rect{fill-opacity:.22}.crit{fill:var(--crit)}.warn{fill:var(--warn)}.info{fill:var(--info)}rect.ok{fill:var(--ok);fill-opacity:.06}
.mcrit{fill:var(--crit)}.mwarn{fill:var(--warn)}.minfo{fill:var(--info)}.mok{fill:var(--ok)}
.tcrit{stroke:var(--crit)}.twarn{stroke:var(--warn)}.tinfo{stroke:var(--info)}.r{stroke-dasharray:6 4}
.b{fill:var(--f);fill-opacity:.55}.l1{stroke:var(--f);stroke-width:1.5}.l2{stroke:var(--crit);stroke-width:1.5;stroke-dasharray:6 3}
.tag{font-weight:600}.tag.mcrit{color:var(--crit)}.tag.mwarn{color:var(--warn)}.tag.minfo{color:var(--info)}
@media print{body{max-width:none;font-size:11px}.scroll{max-height:none;overflow:visible}section{content-visibility:visible;break-inside:avoid}input,label,.skip,a[href='#search']{display:none}}
";
