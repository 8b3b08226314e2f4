//! The printers, and where one of them loses what the one before it wrote.

use std::fmt::Write as _;

use proptest::prelude::*;

/// One way to print a text.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Printer {
    Json,
    JsonAscii,
    /// Each line an object of its own, as Docker's json-file driver and `journalctl -o json` write them.
    JsonLines(usize),
    Entities,
    PythonBytes,
    PythonText,
    Pprint,
    /// `%q` of Go, and `%+q`, which keeps to ASCII.
    GoQuote(bool),
    /// `%+v` of a struct.
    GoStruct,
    Ruby,
    /// `util.inspect`, which breaks behind each line end and chooses a quote for each piece.
    Node,
    /// `pr-str` of a map.
    Edn,
    /// `toString` of a map.
    JavaMap,
    Shell,
    AnsiC,
    Indent(usize),
    Tab(usize),
    Mail(usize),
    /// Quoted-printable, with or without CR before its line ends.
    Printable(bool),
    Log(usize),
    Colours(usize),
    Frame(usize),
    /// A code block between fences.
    Fence(usize),
    /// A code block by its indentation, with nothing on empty lines.
    CodeBlock,
    /// Code in a line: the whole text, or each line.
    InlineCode(bool),
    /// A column of a table: a row for each line, or a cell with `<br>` in it.
    Table(usize),
    /// Backslashes before every mark that Markdown might take for its own.
    Escaped,
    /// Backslashes before `_` and `*` alone, as chats write them.
    Starred,
    Wrap(usize),
    Crlf,
    /// A byte order mark in front.
    Bom,
    Flat,
}

use Printer::*;

/// What stands in front of the line at `place`.
fn prefix(kind: usize, place: usize) -> String {
    match kind % PREFIXES {
        0 => "minio-1  | ".to_owned(),
        1 => format!("2026-04-02T14:03:10.{:09}Z ", 1_234 + 7_919 * place),
        2 => format!("Apr 02 14:03:{:02} web-1 app[4711]: ", place % 60),
        3 => "[DEBUG] ".to_owned(),
        4 => format!("2026-04-02 14:03:10,{:03} DEBUG signer: ", place % 1000),
        5 => "[pod/api-7d9c/api] ".to_owned(),
        6 => format!("{:>6}\t", place + 1),
        7 => format!("time=2026-04-02T14:03:{:02}Z level=debug ", place % 60),
        // journalctl -o short-iso, a Docker service, the runtime of Kubernetes, a column of a spreadsheet, Log4j, RFC 5424.
        8 => format!("2026-04-02T14:03:{:02}+0000 web-1 app[4711]: ", place % 60),
        9 => "api_web.1.x8r2kq0vz1d7@node-3    | ".to_owned(),
        10 => format!(
            "2026-04-02T14:03:10.{:09}Z stdout F ",
            99_990_000 + 7_919 * place
        ),
        11 => format!("2026-04-02 14:03:10.{:03}\tINFO\t", place % 1000),
        12 => format!(
            "2026-04-02 14:03:10.{:03}  INFO 4711 --- [nio-8080-exec-1] c.e.Uploader : ",
            place % 1000
        ),
        13 => format!(
            "<30>1 2026-04-02T14:03:10.{:06}Z web-1 app 4711 - - ",
            990 + 17 * place
        ),
        _ => format!(
            "[{:>12.6}] ",
            9.5 + 0.731_25 * f64::from(u32::try_from(place).unwrap())
        ),
    }
}

/// How many fronts of lines there are.
const PREFIXES: usize = 15;

fn each_line(text: &str, front: impl Fn(usize) -> String) -> String {
    let lines: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(place, line)| format!("{}{line}", front(place)))
        .collect();
    lines.join("\n") + "\n"
}

/// A literal: how the quote that closes it, what is not printable and what is beyond ASCII are written.
fn literal(text: &str, quote: char, spell: impl Fn(char) -> Option<String>) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c => match spell(c) {
                Some(text) => out.push_str(&text),
                None => out.push(c),
            },
        }
    }
    out
}

fn bytes_of(c: char) -> String {
    let mut buffer = [0; 4];
    let bytes = c.encode_utf8(&mut buffer).bytes();
    bytes.fold(String::new(), |mut out, b| {
        let _ = write!(out, "\\x{b:02x}");
        out
    })
}

fn units_of(c: char) -> String {
    let mut buffer = [0; 2];
    let units = c.encode_utf16(&mut buffer).iter();
    units.fold(String::new(), |mut out, u| {
        let _ = write!(out, "\\u{u:04x}");
        out
    })
}

/// The quote that Python and Node choose: the double one where only single ones stand in the text.
fn chosen(text: &str) -> char {
    if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    }
}

/// The quote of Node: the backtick too, where both others stand in the text.
fn chosen_by_node(text: &str) -> char {
    match chosen(text) {
        '\'' if text.contains('\'') && !text.contains('`') && !text.contains("${") => '`',
        quote => quote,
    }
}

/// Quoted-printable (RFC 2045 §6.7): lines of 76 characters at most, no blank at the end of one.
fn quoted_printable(text: &str, end: &str) -> String {
    const WIDTH: usize = 76;
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let (line, own) = match line.strip_suffix('\n') {
            Some(line) => (line, end),
            None => (line, ""),
        };
        let mut width = 0;
        for (place, byte) in line.bytes().enumerate() {
            let last = place + 1 == line.len();
            let plain = byte.is_ascii_graphic() && byte != b'=' || byte == b' ' && !last;
            let spelled = if plain {
                char::from(byte).to_string()
            } else {
                format!("={byte:02X}")
            };
            if width + spelled.len() >= WIDTH {
                out.push('=');
                out.push_str(end);
                width = 0;
            }
            width += spelled.len();
            out.push_str(&spelled);
        }
        out.push_str(own);
    }
    out
}

impl Printer {
    pub(super) fn print(self, text: &str) -> String {
        match self {
            Json => format!(
                "{{\"level\":\"debug\",\"message\":{}}}\n",
                serde_json::to_string(text).unwrap()
            ),
            JsonAscii => {
                let inner = literal(text, '"', |c| match c {
                    '/' => Some("\\/".to_owned()),
                    '<' | '>' | '&' => Some(units_of(c)),
                    c => (!c.is_ascii()).then(|| units_of(c)),
                });
                format!("{{\"log\": \"{inner}\"}}")
            }
            JsonLines(kind) => {
                let text = each_line(text, |_| String::new());
                let lines = text.lines().enumerate().map(|(place, line)| {
                    let json = |text: &str| serde_json::to_string(text).unwrap();
                    match kind % 3 {
                        0 => format!(
                            "{{\"log\":{},\"stream\":\"stderr\",\"time\":\"2026-04-02T14:03:10.{:09}Z\"}}\n",
                            json(&format!("{line}\n")),
                            1_234 + 7_919 * place
                        ),
                        1 => format!(
                            "{{ \"PRIORITY\" : \"6\", \"_PID\" : \"4711\", \"MESSAGE\" : {}, \"__CURSOR\" : \"s=1;i={place}\" }}\n",
                            json(line)
                        ),
                        _ => format!(
                            "{{\"ts\":{}.25,\"level\":\"debug\",\"msg\":{}}}\n",
                            1_775_138_590 + place,
                            json(line)
                        ),
                    }
                });
                lines.collect()
            }
            Entities => text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
                .replace('\'', "&#39;"),
            PythonBytes => {
                let quote = chosen(text);
                let inner = literal(text, quote, |c| (!c.is_ascii()).then(|| bytes_of(c)));
                format!("b{quote}{inner}{quote}\n")
            }
            PythonText => {
                let quote = chosen(text);
                let inner = literal(text, quote, |c| (c == '\u{e9}').then(|| "\\xe9".to_owned()));
                format!("body: {quote}{inner}{quote}\n")
            }
            Pprint => {
                let pieces = text.split_inclusive('\n').map(|line| {
                    let quote = chosen(line);
                    let inner = literal(line, quote, |_| None);
                    format!("{quote}{inner}{quote}")
                });
                let pieces: Vec<String> = pieces.collect();
                format!("({})\n", pieces.join("\n "))
            }
            GoQuote(ascii) => {
                let inner = literal(text, '"', |c| match c {
                    '\u{feff}' => Some("\\ufeff".to_owned()),
                    c if c.is_ascii() || !ascii => None,
                    c if u32::from(c) > 0xFFFF => Some(format!("\\U{:08x}", u32::from(c))),
                    c => Some(units_of(c)),
                });
                format!("level=debug msg=\"{inner}\" component=signer\n")
            }
            GoStruct => format!(
                "2 errors: &{{Code:SignatureDoesNotMatch Message:{text} Status:403 Retries:[] }}\n"
            ),
            Ruby => {
                // Only where it would begin an interpolation.
                let inner = literal(text, '"', |_| None)
                    .replace("#{", "\\#{")
                    .replace("#$", "\\#$")
                    .replace("#@", "\\#@");
                format!("=> {{:body => \"{inner}\"}}\n")
            }
            Node => {
                let pieces = text.split_inclusive('\n').map(|line| {
                    let quote = chosen_by_node(line);
                    let inner = literal(line, quote, |_| None);
                    format!("{quote}{inner}{quote}")
                });
                let pieces: Vec<String> = pieces.collect();
                format!("{{\n  message: {}\n}}\n", pieces.join(" +\n    "))
            }
            Edn => format!(
                "{{:level :debug, :body \"{}\"}}\n",
                literal(text, '"', |_| None)
            ),
            JavaMap => format!("{{level=DEBUG, message={text}, status=403, retryable=false}}\n"),
            Shell => format!("echo '{}' | tee log\n", text.replace('\'', "'\\''")),
            AnsiC => format!(
                "printf %s $'{}'\n",
                literal(text, '\'', |c| (!c.is_ascii()).then(|| {
                    let mut buffer = [0; 4];
                    c.encode_utf8(&mut buffer)
                        .bytes()
                        .fold(String::new(), |mut out, b| {
                            let _ = write!(out, "\\{b:03o}");
                            out
                        })
                }))
            ),
            Tab(n) => each_line(text, |_| "\t".repeat(1 + n % 3)),
            Printable(crlf) => quoted_printable(text, if crlf { "\r\n" } else { "\n" }),
            Indent(n) => each_line(text, |_| " ".repeat(1 + n % 12)),
            Mail(n) => each_line(text, |_| "> ".repeat(1 + n % 3)),
            Log(kind) => each_line(text, |place| prefix(kind, place)),
            Colours(n) => each_line(text, |_| String::new()).lines().enumerate().fold(
                String::new(),
                |mut out, (place, line)| {
                    let mut at = (n * 7 + place * 13) % (line.len() + 1);
                    while !line.is_char_boundary(at) {
                        at -= 1;
                    }
                    let (before, behind) = line.split_at(at);
                    let _ = writeln!(
                        out,
                        "\x1b[1;3{}m{before}\x1b[0m\x1b[38;5;12m{behind}\x1b[0m",
                        place % 8
                    );
                    out
                },
            ),
            Frame(kind) => {
                let width = text
                    .lines()
                    .map(|line| line.chars().count())
                    .max()
                    .unwrap_or(0);
                let [top, side, bottom] = [
                    ["┌─┐", "│", "└─┘"],
                    ["╭─╮", "│", "╰─╯"],
                    ["+-+", "|", "+-+"],
                    ["╔═╗", "║", "╚═╝"],
                ][kind % 4];
                let rule = |ends: &str| {
                    let c: Vec<char> = ends.chars().collect();
                    format!("{}{}{}\n", c[0], c[1].to_string().repeat(width + 2), c[2])
                };
                let mut out = rule(top);
                for line in text.lines() {
                    let fill = " ".repeat(width - line.chars().count());
                    let _ = writeln!(out, "{side} {line}{fill} {side}");
                }
                out + &rule(bottom)
            }
            Fence(kind) => {
                let [open, close] = [
                    ["```", "```"],
                    ["```text", "```"],
                    ["~~~", "~~~"],
                    ["Here is what it says:\n\n````http", "````\n\nAny ideas?"],
                ][kind % 4];
                format!("{open}\n{}{close}\n", each_line(text, |_| String::new()))
            }
            CodeBlock => text.lines().fold(String::new(), |mut out, line| {
                let margin = if line.is_empty() { "" } else { "    " };
                let _ = writeln!(out, "{margin}{line}");
                out
            }),
            InlineCode(false) => format!("It says `{text}`, and I do not see why.\n"),
            InlineCode(true) => text.lines().fold(String::new(), |mut out, line| {
                let marks = if line.contains('`') { "`` " } else { "`" };
                let ends: String = marks.chars().rev().collect();
                let _ = match line {
                    "" => writeln!(out),
                    line => writeln!(out, "{marks}{line}{ends}"),
                };
                out
            }),
            Table(kind) => {
                let cell = |text: &str| text.replace('|', "\\|");
                match kind % 3 {
                    0 => text
                        .lines()
                        .fold("| log |\n| --- |\n".to_owned(), |mut out, line| {
                            let _ = writeln!(out, "| {} |", cell(line));
                            out
                        }),
                    1 => text.lines().enumerate().fold(
                        "| # | log |\n|--:|:----|\n".to_owned(),
                        |mut out, (place, line)| {
                            let _ = writeln!(out, "| {} | {} |", place + 1, cell(line));
                            out
                        },
                    ),
                    _ => format!(
                        "| field | value |\n| --- | --- |\n| status | 403 |\n| message | {} |\n",
                        cell(&text.replace("\r\n", "\n").replace('\n', "<br>"))
                    ),
                }
            }
            Escaped => literal_marks(text, |c| "\\`*_{}[]<>()#+-.!|~".contains(c)),
            Starred => literal_marks(text, |c| "_*".contains(c)),
            Bom => format!("\u{feff}{text}"),
            Wrap(width) => text.lines().fold(String::new(), |mut out, line| {
                let chars: Vec<char> = line.chars().collect();
                if chars.is_empty() {
                    out.push('\n');
                }
                for piece in chars.chunks(width) {
                    out.extend(piece);
                    out.push('\n');
                }
                out
            }),
            Crlf => text.replace("\r\n", "\n").replace('\n', "\r\n"),
            Flat => text.replace('\n', " "),
        }
    }
}

/// A text with a backslash before each of some marks.
fn literal_marks(text: &str, marked: impl Fn(char) -> bool) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if marked(c) {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

/// Whether what `next` prints of `text`, which `before` printed, is the print of other texts too.
pub(super) fn loses(before: &[Printer], text: &str, next: Printer) -> bool {
    let marks = |p: &Printer| {
        matches!(
            p,
            Indent(_)
                | Tab(_)
                | CodeBlock
                | Mail(_)
                | Log(_)
                | Frame(_)
                | Wrap(_)
                | Table(0 | 1)
                | InlineCode(true)
        )
    };
    let lines = || text.lines().map(|line| line.chars().count());
    let blank_ends = || text.lines().any(|line| line.ends_with([' ', '\t']));
    match next {
        // Where a mark in front of a line or a break inside a word stood is gone with the line ends; and so is
        // which blanks were the text's own, where it has several in a row.
        Flat => before.iter().any(marks),
        // A line that is just as wide as the terminal, or a piece of one, goes on or it does not. Where no line
        // is wider nothing is broken.
        Wrap(width) => lines().any(|n| n > 0 && n % width == 0),
        // A frame fills lines with blanks: those at their end are no longer told from these.
        Frame(_) | Table(0 | 1) => blank_ends(),
        // A `<br>` of the text's own is a line break of the cell's.
        Table(_) => text.contains("<br>"),
        // A backslash before a mark may be the text's own.
        Starred => {
            let pairs = text.as_bytes().windows(2);
            pairs
                .into_iter()
                .any(|pair| pair[0] == b'\\' && pair[1].is_ascii_punctuation())
        }
        _ => false,
    }
}

pub(super) fn printer() -> impl Strategy<Value = Printer> {
    let plain = prop_oneof![
        Just(Json),
        Just(JsonAscii),
        Just(Entities),
        Just(PythonBytes),
        Just(PythonText),
        Just(Pprint),
        any::<bool>().prop_map(GoQuote),
        Just(GoStruct),
        Just(Ruby),
        Just(Node),
        Just(Edn),
        Just(JavaMap),
        Just(Shell),
        Just(AnsiC),
        Just(Crlf),
        Just(Bom),
        Just(Flat),
    ];
    let lined = prop_oneof![
        (0..12_usize).prop_map(Indent),
        (0..3_usize).prop_map(Tab),
        (0..3_usize).prop_map(Mail),
        any::<bool>().prop_map(Printable),
        (0..PREFIXES).prop_map(Log),
        (0..3_usize).prop_map(JsonLines),
        (0..50_usize).prop_map(Colours),
        (0..4_usize).prop_map(Frame),
        (66..=120_usize).prop_map(Wrap),
    ];
    let markdown = prop_oneof![
        (0..4_usize).prop_map(Fence),
        Just(CodeBlock),
        any::<bool>().prop_map(InlineCode),
        (0..3_usize).prop_map(Table),
        Just(Escaped),
        Just(Starred),
    ];
    prop_oneof![3 => plain, 2 => lined, 1 => markdown]
}
