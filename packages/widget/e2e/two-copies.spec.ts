// A page that loads the script twice, as pages made of many parts do, under the strictest rules about scripts there are.
import { fileURLToPath } from 'node:url';
import { expect, test } from './support/fixtures.js';

const BUNDLE = fileURLToPath(new URL('../dist/p2p-call.iife.min.js', import.meta.url));
const URL_OF_PAGE = 'http://localhost/two-copies';

const PAGE = `<!doctype html>
<title>Two copies</title>
<script src="p2p-call.js"></script>
<script>window.first = P2pCall;</script>
<script src="p2p-call.js?again"></script>
<p2p-call></p2p-call>`;

// Without 'allow-duplicates', so that a second policy of the same name is an error.
const POLICY = "require-trusted-types-for 'script'; trusted-types p2p-call";

test('the second copy of the script leaves all as it is', async ({ third: page }) => {
  const failures: string[] = [];
  page.on('pageerror', (failure) => failures.push(failure.message));
  await page.route('**/p2p-call.js*', (route) => route.fulfill({ path: BUNDLE }));
  await page.route(URL_OF_PAGE, (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { 'content-security-policy': POLICY },
      body: PAGE,
    }),
  );
  await page.goto(URL_OF_PAGE);
  await expect(page.locator('p2p-call')).toContainText('<p2p-call>');
  const isOne = await page.evaluate(() => {
    const { first, P2pCall } = globalThis as unknown as Record<string, { P2pCallElement: unknown }>;
    return first === P2pCall && P2pCall?.P2pCallElement === customElements.get('p2p-call');
  });
  expect(isOne).toBe(true);
  expect(failures).toEqual([]);
});
