// Many pictures of one state on one sheet: what differs between them is seen at a glance.

/** Of each picture on the sheet, CSS pixels. */
const HEIGHT = 520;

/**
 * @param browser any
 * @param path of the PNG to write
 * @param pictures `[words, PNG]` each
 */
export async function writeSheet(browser, path, pictures) {
  const page = await browser.newPage({ viewport: { width: 1500, height: 800 } });
  const figures = pictures.map(
    ([words, png]) =>
      `<figure><img height="${HEIGHT}" src="data:image/png;base64,${png.toString('base64')}"><figcaption>${words}</figcaption></figure>`,
  );
  await page.setContent(
    `<style>body{display:flex;flex-wrap:wrap;gap:8px;margin:8px;font:14px system-ui;background:#999}figure{margin:0}</style>${figures.join('')}`,
  );
  await page.screenshot({ path, fullPage: true });
  await page.close();
}
