#!/usr/bin/env python3
"""Writes literals.tsv: texts and bytes as the printers of several languages write them.

Run by hand where python3, node, ruby, go, php, rustc and bash are installed:

    python3 tests/corpus/make_literals.py > tests/corpus/literals.tsv

A row is: whose printer, the bytes in hexadecimal, the literal. The tests of `src/engine/intake/unescape` read it.
"""

import json
import pathlib
import subprocess
import tempfile

TEXTS = [
    "plain",
    "a\r\nb\tc\n",
    "".join(map(chr, range(1, 128))),
    "nul\0",
    "bell\a back\b form\f tab\v escape\x1b delete\x7f",
    "it's",
    'say "no"',
    "it's \"both\"",
    "it's \"all\" `three`",
    "ends in \\",
    "\\n is no line break, \\x41 no letter, \\u0041 neither, \\101 nor",
    "a/b?c=d&e=#{f}${g}%h$",
    "na\u00efve \u00e9\u00ff",
    "\u0085 \u00a0 \u00ad \u200b \u2028 \ufeff",
    "\u4e2d\u6587",
    "\U0001f600\U0001f468\u200d\U0001f469",
    "",
]
BYTES = [bytes(range(256)), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "na\u00efve \U0001f600".encode(), b"\xc3", b"'\"\\\xff"]


def run(name, source, command, values):
    """What a program prints of `values`, given to it as a list of hexadecimal strings, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        path.write_text(source)
        lines = "\n".join(v.hex() for v in values) + "\n"
        for step in command[:-1]:
            subprocess.run([s.format(path=path, dir=folder) for s in step], check=True)
        last = [s.format(path=path, dir=folder) for s in command[-1]]
        out = subprocess.run(last, input=lines.encode(), check=True, capture_output=True).stdout
    return [line for line in out.decode().split("\n") if line]


def rows(printer, values, printed):
    values = list(values)
    assert len(values) == len(printed), (printer, len(values), len(printed))
    for value, literal in zip(values, printed):
        assert "\t" not in literal and "\n" not in literal, (printer, literal)
        print(f"{printer}\t{value.hex()}\t{literal}")


NODE = """
const { inspect } = require("util");
for (const hex of require("fs").readFileSync(0, "utf8").split("\\n").slice(0, -1)) {
  const text = Buffer.from(hex, "hex").toString("utf8");
  console.log(HOW);
}
"""
RUBY = """
STDIN.each_line do |hex|
  value = [hex.strip].pack("H*").force_encoding(ENCODING)
  puts value.HOW
end
"""
GO = """
package main
import ("bufio"; "encoding/hex"; "fmt"; "os")
func main() {
  lines := bufio.NewScanner(os.Stdin)
  for lines.Scan() { value, _ := hex.DecodeString(lines.Text()); fmt.Printf("HOW\\n", value) }
}
"""
RUST = """
use std::io::BufRead;
fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let value: Vec<u8> =
            (0..line.len() / 2).map(|i| u8::from_str_radix(&line[2 * i..2 * i + 2], 16).unwrap()).collect();
        HOW
    }
}
"""
PHP = """<?php
while (($line = fgets(STDIN)) !== false) { echo json_encode(hex2bin(trim($line)), HOW), "\\n"; }
"""
BASH = """
while IFS= read -r hex; do
  value=$(printf %b "$(sed 's/../\\\\x&/g' <<<"$hex")"; echo .)
  printf '%q\\n' "${value%.}"
done
"""

texts = [t.encode() for t in TEXTS]
rows("python-text", texts, [repr(t) for t in TEXTS])
rows("python-ascii", texts, [ascii(t) for t in TEXTS])
rows("python-bytes", texts + BYTES, [repr(b) for b in texts + BYTES])
rows("json", texts, [json.dumps(t) for t in TEXTS])
rows("json", texts, run("a.php", PHP.replace("HOW", "0"), [["php", "{path}"]], texts))
rows("json", texts, run("a.js", NODE.replace("HOW", "JSON.stringify(text)"), [["node", "{path}"]], texts))
rows("node", texts, run("a.js", NODE.replace("HOW", "inspect(text, { breakLength: Infinity })"), [["node", "{path}"]], texts))
for how in ["inspect", "dump"]:
    text = RUBY.replace("HOW", how)
    ruby = [["ruby", "-EUTF-8", "{path}"]]
    rows("ruby", texts, run("a.rb", text.replace("ENCODING", '"UTF-8"'), ruby, texts))
    rows("ruby", BYTES, run("a.rb", text.replace("ENCODING", '"BINARY"'), ruby, BYTES))
for how in ["%q", "%+q"]:
    rows("go", texts + BYTES, run("a.go", GO.replace("HOW", how), [["go", "run", "{path}"]], texts + BYTES))
build = [["rustc", "-O", "-o", "{dir}/a", "{path}"], ["{dir}/a"]]
rows("rust", texts, run("a.rs", RUST.replace("HOW", 'println!("{:?}", String::from_utf8(value).unwrap());'), build, texts))
rows("rust", texts + BYTES, run("a.rs", RUST.replace("HOW", 'println!("b\\"{}\\"", value.escape_ascii());'), build, texts + BYTES))
shell = [v for v in texts + BYTES if 0 not in v and any(b < 32 or b > 126 for b in v)]
rows("bash", shell, run("a.sh", BASH, [["env", "LC_ALL=C", "bash", "{path}"]], shell))
