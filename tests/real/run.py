#!/usr/bin/env python3
"""Runs the clients that are here against a loopback server, pastes what they print, and checks what is read.

Twice each: straight, signed with a secret that is not the server's; and with the right secret through a proxy
that changes the Host. See README.md.
"""

import argparse
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile

try:
    import server
except ImportError as error:
    sys.exit(f"the server needs botocore, to check signatures with: {error}")
import tools

HERE = pathlib.Path(__file__).resolve().parent
OTHER_SECRET = server.SECRET[:-1] + "X"
SDKS = {
    "PHP_SDK": "the autoloader of the AWS SDK for PHP",
    "JAVA_1": "a class path with the AWS SDK for Java 1, commons-logging and log4j 1.2",
    "JAVA_2": "a class path with the AWS SDK for Java 2, its URL connection client, slf4j-api and slf4j-simple",
    "JAVA_2_PREFIX": "what stands before the names of its packages, where they were renamed: a.b.",
    "DOTNET": "a directory with AWSSDK.Core.dll, AWSSDK.S3.dll and what they need, for Mono",
}
CHANGED_HOST = "changed.example"


def free_port():
    """A port of the loopback interface that nobody has."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def environment(home, port, secret, options):
    """What a tool is given: the example key, an endpoint, and nothing of the person who runs this."""
    return {
        "PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8", "HERE": str(HERE), "PYTHON": sys.executable,
        "NODE": os.path.abspath(options.node), **{name: value for name, value in vars(options).items() if name.isupper()}, "AWS_ACCESS_KEY_ID": server.KEY_ID, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "H": f"127.0.0.1:{port}", "E": f"http://127.0.0.1:{port}",
        "PORT": free_port(),
    }


def presigned(env):
    """A URL that botocore signs."""
    script = str(HERE / "scripts" / "boto3_client.py")
    done = subprocess.run([sys.executable, script, env["E"], "url"], env=env, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def printed(script, env):
    """What the tool printed, and what the server computed for each request that came."""
    server.S3.seen.clear()
    with tempfile.TemporaryDirectory() as directory:
        env = {**env, "HOME": directory}
        done = subprocess.run(["sh", "-c", script], env=env, cwd=directory, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=60, check=False)
    return done.stdout, list(server.S3.seen)


def read(binary, text, secret):
    """What sigscope makes of it."""
    env = {"HOME": "/nonexistent", "S": secret}
    done = subprocess.run([binary, "check", "-", "--secret-env", "S", "--json"], env=env, input=text,
                          capture_output=True, check=False)
    return json.loads(done.stdout)


def lacking(pieces, seen, read_with):
    """What should have been read and was not."""
    out = []
    report = read_with(None)
    strings = {(e["side"], e["canonical_request"], e["string_to_sign"] or None) for e in report["evidence"]}
    for came in seen:
        pair = came["canonical_request"], came["string_to_sign"]
        if "server" in pieces and ("server", *pair) not in strings:
            out.append("the server's strings")
    if "client" in pieces and not any(side == "client" and canonical and to_sign for side, canonical, to_sign in strings):
        out.append("the client's strings")
    if "canonical" in pieces and not any(side == "client" and canonical for side, canonical, _ in strings):
        out.append("the client's canonical request")
    received = (report["received"] or {}).get("signature")
    if "request" in pieces and received not in [came["received"] for came in seen]:
        out.append("the signature of the request")
    return sorted(set(out))


def straight(pieces, text, seen, binary):
    """With another secret than the server's: the client's verifies the request, and the server's does not."""
    out = lacking(pieces, seen, lambda _: read(binary, text, OTHER_SECRET))
    theirs, ours = read(binary, text, server.SECRET), read(binary, text, OTHER_SECRET)
    if "request" in pieces and ours["verdict"]["id"] != "match":
        out.append(f"match with the client's secret, not {ours['verdict']['id']}")
    if pieces & {"request", "server"} and theirs["verdict"]["id"] not in ("mismatch", "explained"):
        out.append(f"mismatch with the server's secret, not {theirs['verdict']['id']}")
    return out


def proxied(pieces, text, seen, binary):
    """With a proxy that changes the Host: it is the field that parts, where both sides are here."""
    report = read(binary, text, server.SECRET)
    out = lacking(pieces - {"client", "canonical"}, seen, lambda _: report)
    both = "server" in pieces and pieces & {"request", "client"}
    parted = {d["name"] for d in report["divergences"] if d["field"] == "header"}
    if both and parted != {"host"}:
        out.append(f"host as the field that differs, not {sorted(map(str, parted))}")
    if "request" in pieces and "server" not in pieces and report["verdict"]["id"] != "match":
        out.append(f"match of what was sent, not {report['verdict']['id']}")
    return out


def probed(env, binary, held):
    """Runs the line that sigscope shows for what `held` prints, and gives both, pasted together."""
    request = subprocess.run(["sh", "-c", held], env=env, capture_output=True, check=False).stdout
    report = subprocess.run([binary, "check", "-"], env={"HOME": "/nonexistent"}, input=request,
                            capture_output=True, check=False).stdout.decode()
    step = report.partition("  any client: ")[2].split("\n\n")[0]
    line = "\n".join(line[6:] for line in step.splitlines() if line.startswith(6 * " "))
    answer = subprocess.run(["sh", "-c", line], env=env, capture_output=True, check=False).stdout
    return request + b"\n\n" + answer


def probes(ports, options):
    """The probe, behind what changes the Host and before a server that would refuse nothing else."""
    failed = 0
    for name, held in tools.PROBED:
        for cause, port, expected in [("right", ports[0], "match"), ("Host changed", ports[1], "rejected")]:
            env = environment("/nonexistent", port, server.SECRET, options)
            env["AWS_SESSION_TOKEN"] = "IQoJEXAMPLETOKEN" if "token" in name else ""
            env["URL"] = presigned(env)
            report = read(options.sigscope, probed(env, options.sigscope, held), server.SECRET)
            verdict = report["verdict"]
            given = any(e["side"] == "server" and e["canonical_request"] for e in report["evidence"])
            wrong = verdict["id"] != expected or not given or expected == "rejected" and "host" not in verdict["sentence"]
            failed += wrong
            print(f"{'FAILED' if wrong else 'ok':7} {name:28} {cause:15} {verdict['sentence'][:60]}")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="rows to run, by a part of their names")
    parser.add_argument("--sigscope", default=str(HERE.parents[1] / "target" / "release" / "sigscope"))
    parser.add_argument("--node", default=".", help="a directory with node_modules")
    parser.add_argument("--keep", type=pathlib.Path, help="a directory for what the tools print")
    for name, what in SDKS.items():
        parser.add_argument("--" + name.lower().replace("_", "-"), dest=name, default="", help=what)
    options = parser.parse_args()
    direct, _, proxy = server.start({"host": CHANGED_HOST})
    causes = [("another secret", direct, OTHER_SECRET, straight), ("Host changed", proxy, server.SECRET, proxied)]
    failed, absent, found = 0, [], {}
    for name, program, script, pieces in tools.TOOLS:
        if options.names and not any(part in name for part in options.names):
            continue
        env = environment("/nonexistent", direct, OTHER_SECRET, options)
        if program not in found:
            found[program] = tools.version(program, env)
        if not found[program]:
            absent.append(name)
            continue
        for cause, port, secret, check in causes:
            env = environment("/nonexistent", port, secret, options)
            env["URL"] = presigned(env)
            text, seen = printed(script, env)
            if options.keep:
                (options.keep / f"{name}, {cause}.txt".replace(" ", "-")).write_bytes(text)
            lacks = check(pieces, text, seen, options.sigscope) if seen else ["any request"]
            failed += bool(lacks)
            print(f"{'FAILED' if lacks else 'ok':7} {name:28} {cause:15} {found[program]}")
            for lack in lacks:
                print(f"        lacks {lack}")
    if not options.names or "probe" in options.names:
        failed += probes([direct, proxy], options)
    for name in absent:
        print(f"NOT RUN {name:28} not here")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
