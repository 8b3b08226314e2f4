//! Reads a source file as the compiler's tokens: no comment, no text in quotes and no test is taken for code,
//! and every name is written out to the path it was imported from.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// Something written in the code, and its line.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct At<T> {
    pub(crate) line: usize,
    pub(crate) what: T,
}

/// What one file says.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// `src/engine/diagnose/facts.rs`.
    pub(crate) path: String,
    /// Every path that is imported or used, from its root: `std::fs::read`, `crate::engine::intake::Case`.
    pub(crate) paths: Vec<At<String>>,
    /// Macros called, without the `!`.
    pub(crate) macros: Vec<At<String>>,
    /// Methods called by a dot.
    pub(crate) methods: Vec<At<String>>,
    /// `x[…]`.
    pub(crate) indexed: Vec<At<String>>,
    /// Every word of the code: names, and what stands between quotes.
    pub(crate) words: Vec<At<String>>,
    /// Every arm `_ =>` of a `match`, with the names that its other arms match.
    pub(crate) rests: Vec<(usize, Vec<String>)>,
    /// The lints that are lifted.
    pub(crate) lifted: Vec<At<String>>,
    /// `mod name;`, and whether it is for tests alone.
    pub(crate) modules: Vec<(String, bool)>,
    /// Names that stand for something longer.
    imports: BTreeMap<String, String>,
}

impl Source {
    /// Reads `text`, which stands at `path` below the root.
    pub(crate) fn read(path: &str, text: &str) -> Result<Self, String> {
        let tokens: TokenStream = text.parse().map_err(|e| format!("{path}: {e}"))?;
        let mut source = Self {
            path: path.to_owned(),
            ..Self::default()
        };
        let tokens = source.without_tests(tokens);
        source.imports_of(&tokens);
        source.walk(&tokens);
        source.arms_of(&tokens);
        Ok(source)
    }

    /// Where this file's module stands: `crate::engine::diagnose`.
    fn module(&self) -> Vec<String> {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut parts: Vec<_> = inside.split('/').map(str::to_owned).collect();
        if parts
            .last()
            .is_some_and(|last| last == "mod" || last == "lib")
        {
            parts.pop();
        }
        parts.insert(0, "crate".to_owned());
        parts
    }

    /// The tokens without attributes and without what `#[cfg(test)]` keeps out of the program.
    fn without_tests(&mut self, tokens: TokenStream) -> Vec<TokenTree> {
        let mut all = tokens.into_iter().peekable();
        let mut out = Vec::new();
        let mut test = false;
        while let Some(token) = all.next() {
            if is(&token, '#') {
                if all.peek().is_some_and(|next| is(next, '!')) {
                    all.next();
                }
                if let Some(TokenTree::Group(group)) = all.next() {
                    test |= self.attribute(&group);
                }
                continue;
            }
            if test {
                // The item that the attribute stands at: up to its body or its semicolon.
                test = false;
                let mut item = vec![token];
                while !item.last().is_some_and(ends_item) {
                    let Some(next) = all.next() else { break };
                    item.push(next);
                }
                self.module_in(&item, true);
                continue;
            }
            out.push(match token {
                TokenTree::Group(group) => {
                    let inside = self.without_tests(group.stream());
                    let mut clean = Group::new(group.delimiter(), inside.into_iter().collect());
                    clean.set_span(group.span());
                    TokenTree::Group(clean)
                }
                other => other,
            });
        }
        out
    }

    /// Whether the attribute is `cfg(test)`; a lint that it lifts is kept.
    fn attribute(&mut self, group: &Group) -> bool {
        let mut parts = group.stream().into_iter();
        let Some(name) = parts.next() else {
            return false;
        };
        let inside = parts.next().map(|p| p.to_string()).unwrap_or_default();
        match name.to_string().as_str() {
            "cfg" => inside.replace(' ', "") == "(test)",
            "allow" | "expect" | "warn" | "path" => {
                let text = format!("{name}{inside}");
                self.lifted.push(at(&name, text));
                false
            }
            // What is hidden behind a condition is looked at as if it stood alone.
            "cfg_attr" if inside.contains(" allow (") || inside.contains(" expect (") => {
                self.lifted.push(at(&name, inside));
                false
            }
            _ => false,
        }
    }

    fn module_in(&mut self, item: &[TokenTree], test: bool) {
        for (i, token) in item.iter().enumerate() {
            let ends = item.get(i + 2).is_some_and(|t| is(t, ';'));
            if word(token).as_deref() == Some("mod")
                && ends
                && let Some(name) = item.get(i + 1).and_then(word)
            {
                self.modules.push((name, test));
            }
        }
    }

    /// Finds every `use`, wherever it stands, and every module that the file declares.
    fn imports_of(&mut self, tokens: &[TokenTree]) {
        self.module_in(tokens, false);
        for pair in tokens.windows(2) {
            // What this file declares stands below it, whichever way it is then imported.
            if let [Some(key), Some(name)] = [word(&pair[0]), word(&pair[1])]
                && key == "mod"
            {
                let full = self.module().join("::") + "::" + &name;
                self.imports.insert(name, full);
            }
        }
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if is_use(tokens, at) {
                let len = tokens.iter().skip(at).take_while(|t| !is(t, ';')).count();
                let tree = tokens.get(at + 1..at + len).unwrap_or_default();
                self.import(tree, &mut Vec::new());
                at += len;
            } else {
                if let TokenTree::Group(group) = token {
                    let inside: Vec<_> = group.stream().into_iter().collect();
                    self.imports_of(&inside);
                }
                at += 1;
            }
        }
    }

    /// Reads the arms of every `match` in `tokens`, however deep.
    fn arms_of(&mut self, tokens: &[TokenTree]) {
        let mut head = false; // between `match` and its arms
        for token in tokens {
            head |= word(token).as_deref() == Some("match");
            let TokenTree::Group(group) = token else {
                head &= !is(token, ';');
                continue;
            };
            let inside: Vec<_> = group.stream().into_iter().collect();
            self.arms_of(&inside);
            if head && group.delimiter() == Delimiter::Brace {
                head = false;
                let patterns = patterns(&inside);
                let rest = patterns.iter().find(|p| matches!(p, [one] if is_rest(one)));
                if let Some([rest]) = rest {
                    let mut names = Vec::new();
                    for pattern in &patterns {
                        names_in(pattern, &mut names);
                    }
                    self.rests.push((rest.span().start().line, names));
                }
            }
        }
    }

    /// One tree of a `use`: `a::{b, c as d, e::*}`.
    fn import(&mut self, tree: &[TokenTree], before: &mut Vec<String>) {
        let depth = before.len();
        let mut name = None;
        let mut at_token = None;
        for (i, token) in tree.iter().enumerate() {
            match token {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    let inside: Vec<_> = group.stream().into_iter().collect();
                    for part in inside.split(|t| is(t, ',')) {
                        self.import(part, before);
                    }
                    before.truncate(depth);
                    return;
                }
                _ if word(token).as_deref() == Some("as") => {
                    name = tree.get(i + 1).and_then(word);
                    break;
                }
                _ => {}
            }
            if is(token, '*') {
                before.push("*".to_owned());
            } else if let Some(part) = word(token) {
                at_token.get_or_insert(token);
                if part != "self" || before.is_empty() {
                    before.push(part);
                }
            }
        }
        if let Some(last) = before.last().cloned() {
            let full = self.resolved(before);
            if let Some(token) = at_token.or(tree.first()) {
                self.paths.push(at(token, full.clone()));
            }
            self.imports.insert(name.unwrap_or(last), full);
        }
        before.truncate(depth);
    }

    /// A path from its root: `super` and `self` written out.
    fn absolute(&self, parts: &[String]) -> String {
        let mut out: Vec<String> = Vec::new();
        for part in parts {
            match part.as_str() {
                "self" | "super" if out.is_empty() => {
                    out = self.module();
                    if part == "super" {
                        out.pop();
                    }
                }
                "super" => {
                    out.pop();
                }
                _ => out.push(part.clone()),
            }
        }
        if matches!(out.first().map(String::as_str), Some("core" | "alloc")) {
            "std".clone_into(&mut out[0]);
        }
        out.join("::")
    }

    fn walk(&mut self, tokens: &[TokenTree]) {
        let mut i = 0;
        while let Some(token) = tokens.get(i) {
            let before = i.checked_sub(1).and_then(|b| tokens.get(b));
            match token {
                TokenTree::Group(group) => {
                    let lifetime = i.checked_sub(2).is_some_and(|b| is(&tokens[b], '\''));
                    // All of a thing is always there.
                    let all = group.stream().to_string() == "..";
                    if group.delimiter() == Delimiter::Bracket
                        && before.is_some_and(can_be_indexed)
                        && !lifetime
                        && !all
                    {
                        self.indexed.push(at(token, group.to_string()));
                    }
                    let inside: Vec<_> = group.stream().into_iter().collect();
                    self.walk(&inside);
                }
                TokenTree::Literal(literal) => {
                    self.words.push(at(token, literal.to_string()));
                }
                TokenTree::Ident(_) if is_use(tokens, i) => {
                    // Its paths are known already.
                    let len = tokens.iter().skip(i).take_while(|t| !is(t, ';')).count();
                    self.words_of(&tokens[i..i + len]);
                    i += len;
                    continue;
                }
                TokenTree::Ident(_) => {
                    i = self.name(tokens, i);
                    continue;
                }
                TokenTree::Punct(_) => {}
            }
            i += 1;
        }
    }

    fn words_of(&mut self, tokens: &[TokenTree]) {
        for token in tokens {
            if let Some(text) = word(token) {
                self.words.push(at(token, text));
            } else if let TokenTree::Group(group) = token {
                let inside: Vec<_> = group.stream().into_iter().collect();
                self.words_of(&inside);
            }
        }
    }

    /// The path, macro or method that begins at `start`; says where it ends.
    fn name(&mut self, tokens: &[TokenTree], start: usize) -> usize {
        let mut parts = Vec::new();
        let mut end = start;
        while let Some(part) = tokens.get(end).and_then(word) {
            self.words.push(at(&tokens[end], part.clone()));
            parts.push(part);
            end += 1;
            if !(is_colons(tokens, end) && tokens.get(end + 2).and_then(word).is_some()) {
                break;
            }
            end += 2;
        }
        let token = &tokens[start];
        let dotted = start.checked_sub(1).is_some_and(|b| is(&tokens[b], '.'));
        let lifetime = start.checked_sub(1).is_some_and(|b| is(&tokens[b], '\''));
        let bang = matches!(tokens.get(end), Some(TokenTree::Punct(p)) if p.as_char() == '!')
            && matches!(tokens.get(end + 1), Some(TokenTree::Group(_)));
        // `<Utc>::now`, `Vec::<u8>::now`: the type before it cannot be told here.
        let rest_of_type = start
            .checked_sub(3)
            .is_some_and(|b| is(&tokens[b], '>') && is_colons(tokens, b + 1));
        if dotted {
            self.methods.push(at(token, parts.concat()));
        } else if bang {
            self.macros
                .push(at(token, parts.last().cloned().unwrap_or_default()));
            self.paths.push(at(token, self.resolved(&parts)));
        } else if rest_of_type {
            self.paths
                .push(at(token, format!("<>::{}", parts.join("::"))));
        } else if !lifetime && (parts.len() > 1 || self.imports.contains_key(&parts[0])) {
            self.paths.push(at(token, self.resolved(&parts)));
        }
        end
    }

    /// A path as it is used, its first part replaced by what was imported under that name.
    fn resolved(&self, parts: &[String]) -> String {
        match parts.split_first() {
            Some((first, rest)) => match self.imports.get(first) {
                Some(full) => [std::slice::from_ref(full), rest].concat().join("::"),
                None => self.absolute(parts),
            },
            None => String::new(),
        }
    }
}

fn at(token: &TokenTree, what: String) -> At<String> {
    At {
        line: token.span().start().line,
        what,
    }
}

fn is(token: &TokenTree, byte: char) -> bool {
    matches!(token, TokenTree::Punct(p) if p.as_char() == byte)
}

/// The patterns of the arms of a `match`, with their guards.
fn patterns(arms: &[TokenTree]) -> Vec<&[TokenTree]> {
    let is_arrow = |at: usize| {
        arms.get(at).is_some_and(|t| is(t, '=')) && arms.get(at + 1).is_some_and(|t| is(t, '>'))
    };
    let mut out = Vec::new();
    let mut start = 0;
    while let Some(arrow) = (start..arms.len()).find(|at| is_arrow(*at)) {
        out.push(&arms[start..arrow]);
        let body = arrow + 2;
        let block = matches!(arms.get(body), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Brace);
        start = if block {
            body + 1
        } else {
            (body..arms.len())
                .find(|at| is(&arms[*at], ','))
                .unwrap_or(arms.len())
        };
        start += usize::from(arms.get(start).is_some_and(|t| is(t, ',')));
    }
    out
}

fn is_rest(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(name) if name == "_")
}

fn names_in(tokens: &[TokenTree], out: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => out.push(name.to_string()),
            TokenTree::Group(group) => {
                let inside: Vec<_> = group.stream().into_iter().collect();
                names_in(&inside, out);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':' && p.spacing() == Spacing::Joint)
        && tokens.get(at + 1).is_some_and(|t| is(t, ':'))
}

/// A name, without the mark of a raw one.
fn word(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => Some(ident.to_string().trim_start_matches("r#").to_owned()),
        _ => None,
    }
}

/// Whether an import begins here; not `impl Iterator + use<'a>`, which only names what is captured.
fn is_use(tokens: &[TokenTree], at: usize) -> bool {
    tokens.get(at).and_then(word).as_deref() == Some("use")
        && !tokens.get(at + 1).is_some_and(|next| is(next, '<'))
}

fn ends_item(token: &TokenTree) -> bool {
    is(token, ';') || matches!(token, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace)
}

/// Whether a bracket behind this takes a part of it.
fn can_be_indexed(before: &TokenTree) -> bool {
    const KEYWORDS: [&str; 14] = [
        "in", "return", "mut", "as", "dyn", "for", "else", "match", "if", "const", "break", "ref",
        "let", "where",
    ];
    match before {
        TokenTree::Ident(ident) => !KEYWORDS.contains(&ident.to_string().as_str()),
        TokenTree::Group(group) => group.delimiter() != Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == '?',
        TokenTree::Literal(_) => true,
    }
}
