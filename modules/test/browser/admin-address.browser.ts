import type { Page } from 'playwright-core';

import { givenFolder } from '../support/givenData';
import { givenPage } from './support/givenBrowser';
import { givenShop } from './support/givenShop';
import { describeInBrowser, eventually, visit } from './support/visit';

/** Goes to an address as a link does, within the page. */
const go = (page: Page, hash: string): Promise<unknown> => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);

const ROWS = `[...document.querySelectorAll('.runs-table tbody tr')]`;

/** Waits until there are rows, and all of them have this outcome. */
const onlyRows = (page: Page, outcome: string): Promise<void> =>
  eventually(page, `${ROWS}.length > 0 && ${ROWS}.every((row) => row.innerText.includes('${outcome}'))`);

/** A page of a shop that has run for an hour and keeps its history. */
async function givenVisited(hash: string) {
  const values = {
    web: { port: 0 },
    admin: { label: 'staging' },
    history: true,
    state: { directory: await givenFolder() },
  };
  const { url } = await givenShop({ config: { values } }, {}, 60);
  const { page } = await givenPage();
  await visit(page, url, hash);
  return { page, url };
}

describeInBrowser('the addresses of the dashboard', () => {
  it('say what the history shows, by address, by link and by Back', async () => {
    const { page } = await givenVisited('#/history?outcome=failed');
    const outcome = page.getByLabel('Outcome');
    await onlyRows(page, 'failed');

    await go(page, '#/history?outcome=succeeded');
    await onlyRows(page, 'succeeded');
    expect(await outcome.inputValue()).toBe('succeeded');
    await page.goBack();
    await onlyRows(page, 'failed');
    expect(await outcome.inputValue()).toBe('failed');
    await page.getByRole('link', { name: 'History' }).click();
    await eventually(page, `new Set(${ROWS}.map((row) => row.innerText.includes('failed'))).size === 2`);
    expect(await outcome.inputValue()).toBe('');
  });

  it('may say how long ago, as a bookmark does: the field shows the instant that it is now', async () => {
    const { page } = await givenVisited('#/history?outcome=failed&from=30m');
    await onlyRows(page, 'failed');

    expect(await page.getByLabel('From').inputValue()).toMatch(/^2030-01-31T08:30:3\d$/);
    expect(new URL(page.url()).hash).toContain('from=2030-01-31T08%3A30%3A3');
    const rows = await page.evaluate<number>(`${ROWS}.length`);
    await page.getByLabel('From').fill('');
    await page.getByRole('button', { name: 'Search' }).click();
    await eventually(page, `${ROWS}.length > ${rows}`);
  });

  it('take up what is searched in the history, and a link forgets what was written and not searched', async () => {
    const { page } = await givenVisited('#/history?listener=order_sync&from=2030-01-31T08:00:00Z');
    expect(await page.getByLabel('From').inputValue()).toBe('2030-01-31T08:00');
    await page.getByLabel('Outcome').selectOption('failed');
    await page.getByRole('textbox', { name: 'To' }).fill('2030-01-31T08:30:00');
    await page.getByRole('button', { name: 'Search' }).click();
    await onlyRows(page, 'failed');

    expect(new URLSearchParams(new URL(page.url()).hash.split('?')[1]).toString()).toBe(
      new URLSearchParams({
        listener: 'order_sync',
        outcome: 'failed',
        from: '2030-01-31T08:00:00Z',
        to: '2030-01-31T08:30:00.000Z',
      }).toString(),
    );
    const times = await page.evaluate<string[]>(`${ROWS}.map((row) => row.querySelector('time').dateTime)`);
    expect(times.every((time) => time <= '2030-01-31T08:30:00.000Z')).toBe(true);
    await page.reload();
    await onlyRows(page, 'failed');
    expect(await page.getByRole('textbox', { name: 'To' }).inputValue()).toBe('2030-01-31T08:30');
    await page.getByLabel('Listener').fill('price_feed');
    await page.getByRole('link', { name: 'History' }).click();
    await eventually(page, `document.querySelector('[name=listener]').value === ''`);
  });

  it('with an outcome or an instant that does not exist say so, until there is another address', async () => {
    const { page } = await givenVisited('#/history?outcome=bogus&from=yesterday');

    expect(await page.getByRole('alert').innerText()).toMatch(/"outcome" must be one of[^]*"from" must be an instant/);
    expect(await page.getByLabel('Outcome').inputValue()).toBe('bogus');
    expect(await page.locator('.runs-table').count()).toBe(0);
    await go(page, '#/history?outcome=skipped');
    await onlyRows(page, 'skipped');
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('hold the filters of every page, so that Back and a link show the same again', async () => {
    const { page, url } = await givenVisited('#/');
    await page.getByLabel('Search listeners').fill('order');
    await page.getByLabel('Sort').selectOption('name');
    await page.getByRole('button', { name: /^All/ }).focus();
    await page.getByRole('link', { name: 'order_sync', exact: true }).last().click();
    await page.getByRole('heading', { name: /order_sync/ }).waitFor();
    await page.getByLabel('Outcome').selectOption('failed');
    await onlyRows(page, 'failed');
    expect(page.url()).toBe(`${url}/admin/#/listeners/order_sync?outcome=failed`);

    await page.goBack();
    expect(await page.getByLabel('Search listeners').inputValue()).toBe('order');
    expect(await page.getByLabel('Sort').inputValue()).toBe('name');
    await go(page, '#/?search=mail&filter=attention&sort=nonsense');
    await eventually(page, `document.querySelectorAll('.row:not(.head)').length === 1`);
    expect(await page.getByLabel('Sort').inputValue()).toBe('problems');
    await go(page, '#/audit?limit=500&search=kim');
    expect(await page.getByLabel('Newest').inputValue()).toBe('500');
    expect(await page.getByLabel('Search the audit log').inputValue()).toBe('kim');
    await go(page, '#/configuration?set=yes&search=label');
    await eventually(page, `document.querySelector('table.config tbody').innerText.includes('staging')`);
    expect(await page.getByRole('checkbox').isChecked()).toBe(true);
  });
});
