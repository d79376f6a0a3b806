import type { Page } from 'playwright-core';

import { endData } from '../../support/givenData';
import { endWeb } from '../../support/givenWeb';
import { closePages, givenPage, hasChromium, type PageOptions } from './givenBrowser';
import { givenShop } from './givenShop';

/** Declares the tests of a browser; without one it says what is left out, and fails where that must not be. */
export function describeInBrowser(title: string, tests: () => void): void {
  if (!hasChromium) {
    const left = `Left out: ${title}, because /usr/bin/chromium is not installed.`;
    if (process.env['CI'] === 'true') throw new Error(left);
    console.warn(left);
  }
  // A browser of its own for each test takes its time on a busy machine.
  jest.setTimeout(60_000);
  afterEach(async () => {
    await closePages();
    await endWeb();
    await endData();
  });
  (hasChromium ? describe : describe.skip)(title, tests);
}

/** Opens a page of the dashboard, and waits until it has read the application. */
export async function visit(page: Page, url: string, hash = '#/'): Promise<void> {
  await page.goto(`${url}/admin/${hash}`);
  await page.waitForSelector('[data-connection="live"]', { state: 'attached' });
  await page.waitForSelector('main h2', { state: 'attached' });
}

/** A small shop that has run for a while, and a page of its dashboard. */
export async function givenVisitedShop(hash = '#/', minutes = 60, options: PageOptions = {}) {
  const shop = await givenShop({}, {}, minutes);
  const watched = await givenPage(options);
  await visit(watched.page, shop.url, hash);
  return { ...shop, ...watched };
}

/** Takes the acts that a page sends, and answers each: those with the reason `refuse this` are refused. */
export async function takeActs(page: Page): Promise<Record<string, unknown>[]> {
  const acts: Record<string, unknown>[] = [];
  await page.route('**/api/operate', async (route) => {
    const body = route.request().postDataJSON() as Record<string, unknown>;
    acts.push(body);
    const message = 'ann has paused it, and a program may not lift that.\nTo fix this: ask ann.';
    if (body['reason'] !== 'refuse this') await route.fulfill({ json: { ...body, notes: ['It is noted.'] } });
    else await route.fulfill({ status: 409, json: { error: { code: 'INTENT_OVERRULED', message } } });
  });
  return acts;
}

/** Waits until the expression is true in the page, whose policy allows no evaluation of its own. */
export async function eventually(page: Page, expression: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await page.evaluate<boolean>(expression))) {
    if (Date.now() > end) throw new Error(`It did not come true: ${expression}\n${await bodyText(page)}`);
    await page.waitForTimeout(50);
  }
}

/** The text of the page, as it is seen. */
export const bodyText = (page: Page): Promise<string> => page.locator('body').innerText();
