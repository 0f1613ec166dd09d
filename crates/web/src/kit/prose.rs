//! Prose that staff write or paste.

/// What readers' browsers may show of what staff wrote or pasted: text, lists, links; nothing that runs or loads.
pub fn safe(html: &str) -> String {
    let tags = ["p", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "h3", "a", "blockquote"];
    let mut cleaner = ammonia::Builder::default();
    cleaner.tags(tags.into_iter().collect()).url_relative(ammonia::UrlRelative::Deny);
    cleaner.url_schemes(["http", "https", "tel", "mailto"].into_iter().collect());
    let html = if html.contains('<') { html.to_string() } else { paragraphs(html) };
    cleaner.clean(&html).to_string()
}

/// Plain text as people type it: each line a paragraph.
fn paragraphs(text: &str) -> String {
    let escape = |line: &str| line.replace('&', "&amp;").replace('>', "&gt;");
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| format!("<p>{}</p>", escape(line))).collect()
}

/// What staff may have written, for a page that is made by chance.
#[cfg(test)]
pub fn sample(draw: &mut crate::samples::Draw) -> String {
    safe(&<String as crate::samples::Sample>::sample(draw))
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn nothing_that_runs_or_loads_is_kept() {
        let odd = "<p onclick=x()>读<b>书</b></p><script>x()</script><img src=//evil.example/a.png><a href=\"javascript:x()\">y</a>";
        let clean = safe(odd);
        assert!(clean.contains("<p>读<b>书</b></p>"), "{clean}");
        assert!(
            ["script", "onclick", "img", "javascript", "style"].iter().all(|word| !clean.contains(word)),
            "{clean}"
        );
        assert_eq!(safe("第一行\n\n2 > 1 & 3"), "<p>第一行</p><p>2 &gt; 1 &amp; 3</p>");
        assert!(safe("<a href=\"https://lib.example/\">馆</a>").contains("href=\"https://lib.example/\""));
    }
}
