// What Chromium's network panel copies of a request, and the answer that it shows: URL PORT. The panel is the one
// that the browser itself serves, opened in a second tab. playwright-core is looked for where this is run from.
import { createRequire } from "node:module";
const { chromium } = createRequire(process.cwd() + "/")("playwright-core");

const [url, port] = process.argv.slice(2);
const debug = `127.0.0.1:${port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", `--remote-debugging-port=${port}`, "--remote-allow-origins=*"],
});
const context = await browser.newContext();
const page = await context.newPage();
const panel = await context.newPage();
await page.goto("about:blank#seen");
const tabs = await (await fetch(`http://${debug}/json/list`)).json();
const tab = tabs.find((tab) => tab.url.endsWith("#seen"));
await panel.goto(`http://${debug}/devtools/devtools_app.html?ws=${debug}/devtools/page/${tab.id}&panel=network`);
await panel.waitForTimeout(3000);
await panel.evaluate(async () => {
  const sdk = await import("/devtools/core/sdk/sdk.js");
  globalThis.seen = [];
  const take = (event) => globalThis.seen.push(event.data.request ?? event.data);
  sdk.TargetManager.TargetManager.instance().observeModels(sdk.NetworkManager.NetworkManager, {
    modelAdded: (manager) => manager.addEventListener("RequestFinished", take),
    modelRemoved: () => {},
  });
});
await panel.waitForTimeout(500);
await page.goto(url);
await panel.waitForFunction((url) => globalThis.seen.some((r) => r.url() === url), url);
console.log(await panel.evaluate(async (url) => {
  const { NetworkLogView } = await import("/devtools/panels/network/network.js");
  const request = globalThis.seen.find((r) => r.url() === url);
  const command = await NetworkLogView.NetworkLogView.generateCurlCommand(request, "unix");
  const answer = await request.requestContentData();
  return `${command}\n\n${answer.text}`;
}, url));
await browser.close();
