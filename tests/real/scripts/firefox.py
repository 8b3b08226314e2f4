"""What Firefox's network panel copies of a request, and the answer that it shows: URL PORT.

The panel is Firefox's own, opened by Marionette, whose client is `marionette_driver` of PyPI. FIREFOX names another program.
"""

import os
import subprocess
import sys
import tempfile

from marionette_driver.errors import MarionetteException
from marionette_driver.marionette import Marionette

PANEL = """
const { require } = ChromeUtils.importESModule("resource://devtools/shared/loader/Loader.sys.mjs");
const { gDevTools } = require("devtools/client/framework/devtools");
const [done] = [...arguments].slice(-1);
const told = (made) => made.then(done, (error) => done(`failed: ${error}`));
"""
OPEN = PANEL + """
told(gDevTools.showToolboxForTab(gBrowser.selectedTab, { toolId: "netmonitor" }).then(() => ""));
"""
COPY = PANEL + """
told((async (url) => {
  const panel = gDevTools.getToolboxForTab(gBrowser.selectedTab).getCurrentPanel().panelWin;
  const { store, windowRequire, connector } = panel;
  const { getDisplayedRequests } = windowRequire("devtools/client/netmonitor/src/selectors/index");
  const pause = () => new Promise((resolve) => panel.setTimeout(resolve, 100));
  const seen = () => getDisplayedRequests(store.getState()).find((request) => request.url === url && request.status);
  while (!seen()) {
    await pause();
  }
  const { id, method, httpVersion } = seen();
  const Menu = windowRequire("devtools/client/netmonitor/src/widgets/RequestListContextMenu");
  await new Menu({ connector }).copyAsCurl(id, url, method, httpVersion, null, null, null, "Linux");
  const answer = await connector.requestData(id, "responseContent");
  return `${await panel.navigator.clipboard.readText()}\\n\\n${answer.content.text}`;
})(arguments[0]));
"""


def main(url, port):
    """Starts Firefox without a window, loads the URL with the panel open, prints what the panel has."""
    with tempfile.TemporaryDirectory() as profile:
        with open(os.path.join(profile, "user.js"), "w", encoding="utf-8") as settings:
            settings.write(f'user_pref("marionette.port", {port});\nuser_pref("dom.events.testing.asyncClipboard", true);\n')
        command = [os.environ.get("FIREFOX", "firefox-esr"), "--headless", "--marionette", "--remote-allow-system-access",
                   "--no-remote", "--profile", profile, "about:blank"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as firefox:
            try:
                panel = Marionette(host="127.0.0.1", port=port)
                panel.raise_for_port(timeout=60)
                panel.start_session()
                panel.timeout.script = 30
                with panel.using_context("chrome"):
                    panel.execute_async_script(OPEN)
                try:
                    panel.navigate(url)
                except MarionetteException:
                    pass  # the page is the server's refusal
                with panel.using_context("chrome"):
                    print(panel.execute_async_script(COPY, [url]))
            finally:
                firefox.terminate()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
