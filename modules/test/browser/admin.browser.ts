import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { AuditLog } from '@daemonry/modules/audit_log';

import { givenPage } from './support/givenBrowser';
import { givenShop, manyListeners, SECRET } from './support/givenShop';
import { bodyText, describeInBrowser, eventually, givenVisitedShop, visit } from './support/visit';

const PAGES = {
  Overview: '#/',
  'order_sync failing': '#/listeners/order_sync',
  'Start order': '#/graph',
  Boot: '#/boot',
  History: '#/history?listener=order_sync',
  Audit: '#/audit',
  Configuration: '#/configuration',
};

const IMAGES = join(__dirname, '../../../docs/images');

/** The pictures of the documentation, which are drawn only with SCREENSHOTS=1. */
const SHOTS = [
  ['overview', '#/', 'light'],
  ['overview-dark', '#/', 'dark'],
  ['listener', '#/listeners/order_sync', 'light'],
  ['graph', '#/graph', 'light'],
  ['boot', '#/boot', 'light'],
] as const;

describeInBrowser('the pages of the dashboard', () => {
  it('shows every page without an error in the console, under its own policy', async () => {
    const { app, page, url, errors } = await givenVisitedShop();
    await app.container
      .get(AuditLog)
      .append(
        'model_override.applied',
        { route: 'slack_dm', model: 'small', by: 'kim', reason: 'cheaper' },
        { source: 'shop' },
      );

    for (const [heading, hash] of Object.entries(PAGES)) {
      await visit(page, url, hash);
      await page.getByRole('heading', { level: 2, name: heading, exact: true }).waitFor({ state: 'attached' });
    }
    await visit(page, url, PAGES.Audit);
    await page.getByText('model_override.applied').waitFor();

    expect(errors).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has no serious finding of axe on any page, %s', async (colorScheme) => {
    const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
    const { page, url } = await givenVisitedShop('#/', 60, { colorScheme, bypassCSP: true });

    for (const [name, hash] of Object.entries(PAGES)) {
      await visit(page, url, hash);
      await page.waitForTimeout(300);
      await page.evaluate(axe);
      const found = await page.evaluate<{ impact: string; id: string; nodes: string[] }[]>(
        `axe.run().then(({ violations }) => violations.map(({ impact, id, nodes }) => ({ impact, id, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`,
      );
      const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect({ name, serious }).toEqual({ name, serious: [] });
    }
  });

  it.each([360, 768, 1_280])('scrolls no page sideways at %i pixels', async (width) => {
    const { page, url } = await givenVisitedShop('#/', 60, { width, height: 740 });

    for (const [name, hash] of Object.entries(PAGES)) {
      await visit(page, url, hash);
      await page.waitForTimeout(200);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      expect({ name, isWider: overflow > 0 }).toEqual({ name, isWider: false });
    }
  });

  it('fits listeners with names of 195 characters, and names with markup, on a phone', async () => {
    const name = `a${'_very_long_name'.repeat(14)}`.slice(0, 190);
    const shop = '<b>shop</b> & more of it';
    const label = '<i>production in Frankfurt</i>';
    const listeners = manyListeners(1, name);
    const { url, app } = await givenShop({
      name: shop,
      listeners,
      config: { values: { web: { port: 0 }, admin: { label } } },
    });
    const { page, errors } = await givenPage({ width: 360, height: 740 });
    const long = `${name}_0000`;
    expect(app.plan.order).toContain(long);

    for (const hash of ['#/', `#/listeners/${long}`, '#/graph', '#/boot', `#/history?listener=${long}`]) {
      await visit(page, url, hash);
      await page.waitForTimeout(200);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      expect({ hash, isWider: overflow > 0 }).toEqual({ hash, isWider: false });
    }
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(shop);
    expect(errors).toEqual([]);
  });

  it('says what needs attention, why, and what is blocked by it, and leads to the error with its stack', async () => {
    const { page } = await givenVisitedShop();

    const attention = page.getByRole('region', { name: 'Needs attention' });
    expect(await attention.innerText()).toMatch(/order_sync run failed[^]*The shop answered 503/);
    expect(await attention.innerText()).toMatch(/mail_out failed to start[^]*ECONNREFUSED/);
    expect(await attention.innerText()).toMatch(/newsletter is blocked[^]*It needs "mail_out"/);
    await attention.getByRole('link', { name: 'order_sync' }).first().click();
    await page
      .getByRole('button', { name: /The shop answered 503/ })
      .first()
      .click();

    expect(await page.locator('.runs-table .stack').innerText()).toMatch(/Error: The shop answered 503[^]*\n +at /);
    expect(await page.getByRole('list', { name: 'Next due moments of tick' }).getByRole('listitem').count()).toBe(10);
    expect(await bodyText(page)).toMatch(/Failing since/);
    await page
      .getByRole('img', { name: /Durations of \d+ runs: half took at most/ })
      .locator('canvas')
      .waitFor();
  });

  it('draws a lane for each listener, in which failures, skipped and missed moments can be told apart', async () => {
    const { page } = await givenVisitedShop();

    await page.getByRole('img', { name: /Runs of order_sync: .*failed/ }).waitFor();
    await page.getByRole('img', { name: /Runs of price_feed: .*skipped/ }).waitFor();
    expect(await page.locator('.lane path.bar-failed').count()).toBeGreaterThan(0);
    expect(await page.locator('.lane path.bar-skipped').count()).toBeGreaterThan(0);
  });

  it('shows a run as it happens, without being loaded again', async () => {
    const { app, page } = await givenVisitedShop('#/', 0);
    expect(await page.locator('.figures').innerText()).toMatch(/runs\n0/);

    await app.clock.advance('2m');

    await eventually(page, `!/^runs\\n0/m.test(document.querySelector('.figures').innerText)`);
  });

  it('names a request that is refused, keeps what was known, and comes back by itself', async () => {
    const { app, url } = await givenShop({}, {}, 0);
    const { page } = await givenPage();
    let isBroken = true;
    const refused = { status: 500, json: { error: { code: 'INTERNAL', message: 'the disk is full' } } };
    for (const path of ['**/admin/api/timeline?*', '**/api/plan']) {
      await page.route(path, (route) => (isBroken ? route.fulfill(refused) : route.continue()));
    }
    await page.goto(`${url}/admin/`);
    await page.getByText('GET /api/plan was refused: the disk is full').waitFor();
    isBroken = false;
    await page.waitForSelector('[data-connection="live"]', { state: 'attached' });
    expect(await bodyText(page)).not.toContain('was refused');

    isBroken = true;
    await app.clock.advance('1m');
    await page.getByText('GET /admin/api/timeline was refused: the disk is full').waitFor();
    expect(await page.locator('[data-connection="live"]').count()).toBe(1);
    await page.getByRole('table', { name: 'Listeners' }).waitFor();
    isBroken = false;
    await eventually(page, `!document.body.innerText.includes('was refused')`);
  });

  it('keeps a thousand listeners out of the document until they are in sight, and finds one by a part of its name', async () => {
    const { app, url } = await givenShop({ listeners: manyListeners(1_000) });
    const { page, errors } = await givenPage();
    await visit(page, url);
    const rows = page.locator('.row:not(.head)');
    expect(await page.getByRole('table', { name: 'Listeners' }).getAttribute('aria-rowcount')).toBe(
      String(app.plan.order.length + 1),
    );
    expect(await rows.count()).toBeLessThan(100);

    await page.getByLabel('Sort').selectOption('name');
    await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
    await page.getByRole('link', { name: 'job_0999' }).waitFor();
    expect(await rows.count()).toBeLessThan(100);
    await page.getByLabel('Search listeners').fill('b_0500');

    await page.getByRole('link', { name: 'job_0500' }).waitFor();
    expect(await rows.count()).toBe(1);
    for (const hash of ['#/graph', '#/boot', '#/configuration']) await visit(page, url, hash);
    expect(errors).toEqual([]);
  });

  it('remembers the theme that was chosen', async () => {
    const { page } = await givenVisitedShop('#/', 0, { colorScheme: 'light' });
    const background = (): Promise<string> =>
      page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    const light = await background();

    await page.getByRole('button', { name: 'Theme: auto' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    const dark = await background();
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();

    expect(dark).not.toBe(light);
    expect(await background()).toBe(dark);
  });

  it('shows where each value of the configuration comes from, and no secret', async () => {
    const { page } = await givenVisitedShop('#/configuration', 0);

    await page.getByLabel('Search the configuration').fill('orders.');

    expect(await page.getByRole('row', { name: /orders\.token \[redacted\] values/ }).count()).toBe(1);
    expect(await page.content()).not.toContain(SECRET);
  });

  (process.env['SCREENSHOTS'] === undefined ? it.skip : it)('is drawn for the documentation', async () => {
    const { page, url } = await givenVisitedShop('#/', 60, { height: 760, colorScheme: 'light' });
    for (const [name, hash, colorScheme] of SHOTS) {
      await page.emulateMedia({ colorScheme });
      await visit(page, url, hash);
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(IMAGES, `admin-${name}.png`) });
    }
  });

  it('draws the start order with the reason of each edge, and the boot with its critical path', async () => {
    const { page, url } = await givenVisitedShop('#/graph', 0);

    await page.getByRole('link', { name: /^order_sync 2, running/ }).waitFor();
    expect(await page.getByRole('region', { name: 'Edges and their reasons' }).innerText()).toContain(
      'newsletter depends on it: mail_out',
    );
    await visit(page, url, '#/boot');
    expect(await page.getByRole('list', { name: 'The boot, in start order' }).getByRole('listitem').count()).toBe(9);
    expect(await bodyText(page)).toMatch(/Critical path[^]*blocked by mail_out/);
  });
});
