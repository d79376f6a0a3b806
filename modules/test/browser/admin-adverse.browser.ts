import { BackgroundDaemon, type OnTick, StateDatabase, type TickContext } from 'daemonry';
import type { Page } from 'playwright-core';

import { givenFolder } from '../support/givenData';
import { givenPage } from './support/givenBrowser';
import { givenShop } from './support/givenShop';
import { bodyText, describeInBrowser, eventually, givenVisitedShop, visit } from './support/visit';

let runs = 0;

@BackgroundDaemon({ name: 'archive', interval: '1h', tickTimeout: '10m' })
class Archive implements OnTick {
  async tick({ sleep }: TickContext): Promise<void> {
    runs++;
    await sleep('5m');
  }
}

@BackgroundDaemon({ name: 'ledger', interval: '1h' })
class Ledger implements OnTick {
  constructor(readonly state: StateDatabase) {}
  tick(): void {}

  /** Adds rows to the history that are older than its one run. */
  async addRuns(count: number): Promise<void> {
    await this.state.run(
      `WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?)
       INSERT INTO daemonry_runs_rows (id, series, session, run, cause, late, took, outcome)
       SELECT id - i * (1000 << 20), series, session, 1000 + i, 0, 0, 5, 0
       FROM numbers, (SELECT id, series, session FROM daemonry_runs_rows LIMIT 1)`,
      [count],
    );
  }
}

/** Fills in the reason of the dialog, and sends it. */
async function send(page: Page, reason = 'the supplier asked for it'): Promise<void> {
  await page.getByRole('dialog').getByLabel('Reason').fill(reason);
  await page.keyboard.press('Enter');
}

describeInBrowser('an act on the dashboard', () => {
  it('that takes longer than an answer may is waited for, and done once', async () => {
    runs = 0;
    const { app, url } = await givenShop({ listeners: [Archive] });
    const { page, errors } = await givenPage();
    // Twenty seconds would be too long for a test.
    await page.addInitScript(
      'const timeout = AbortSignal.timeout.bind(AbortSignal); AbortSignal.timeout = (ms) => timeout(ms / 20);',
    );
    await visit(page, url, '#/listeners/archive');
    await page.getByRole('button', { name: 'Run now' }).click();
    await send(page);
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It goes on').waitFor();

    await app.clock.advance('5m');
    await dialog.getByText('The run succeeded.').waitFor();

    expect(runs).toBe(1);
    expect(errors).toEqual([]);
  });

  it('whose answer is lost says so; the same again is done once, and another one is another act', async () => {
    const { app, page } = await givenVisitedShop('#/listeners/stock_report', 0);
    const keys: unknown[] = [];
    await page.route('**/api/operate', async (route) => {
      keys.push((route.request().postDataJSON() as { key: string }).key);
      if (keys.length > 1) return route.continue();
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Until').selectOption('4 hours from now');
    await send(page);
    await dialog.getByText('Whether it was done is not known').waitFor();

    await dialog.getByLabel('Until').selectOption('1 hour from now');
    await send(page);
    await dialog.getByText('Done.').waitFor();

    expect(new Set(keys).size).toBe(2);
    expect(app.intents()).toMatchObject([{ action: 'pause', until: '2030-01-31T09:00:00.000Z' }]);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.unroute('**/api/operate');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.route('**/api/operate', async (route) => {
      keys.push((route.request().postDataJSON() as { key: string }).key);
      if (keys.length > 3) return route.continue();
      await route.fetch();
      await route.abort();
    });
    await send(page);
    await dialog.getByText('Whether it was done is not known').waitFor();
    await send(page, 'the supplier has called again');
    await dialog.getByText('Done.').waitFor();
    expect(keys[3]).toBe(keys[2]);
  });

  it('tells what another operator had set, and is ended by it', async () => {
    const { app, page } = await givenVisitedShop('#/listeners/stock_report', 0);
    await page.getByRole('button', { name: 'Pause' }).click();
    await app.operate({
      action: 'pause',
      listener: 'stock_report',
      by: 'kim',
      kind: 'human',
      reason: 'a lorry is late',
    });
    await send(page);

    await page.getByRole('dialog').getByText('It ends the pause of stock_report by kim: a lorry is late').waitFor();
  });
});

describeInBrowser('a session that ends while a dialog is open', () => {
  it('leads to the login at once, and says that the act was not done', async () => {
    const operators = [{ name: 'ann', kind: 'human', token: 'ann-has-a-long-token', may: ['read', 'operate'] }];
    const { url } = await givenShop({}, { operators }, 0);
    const { page } = await givenPage();
    await page.goto(`${url}/admin/#/listeners/stock_report`);
    const logIn = async () => {
      await page.getByLabel('Token').fill('ann-has-a-long-token');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: /stock_report/ }).waitFor();
    };
    await logIn();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.route('**/api/operate', (route) =>
      route.fulfill({ status: 401, json: { error: { code: 'UNAUTHORIZED', message: 'This needs a session.' } } }),
    );

    await send(page);

    await page.getByLabel('Token').waitFor({ timeout: 2_000 });
    expect(await bodyText(page)).toContain('The session has ended: POST /api/operate was not done.');
    await logIn();
  });
});

describeInBrowser('the dashboard', () => {
  it('keeps the runs that were read on in the history, whoever acts meanwhile', async () => {
    const state = { directory: await givenFolder() };
    const values = { web: { port: 0 }, state, history: { rowsPerTask: 5_000 } };
    const { app, url } = await givenShop({ listeners: [Ledger], config: { values } });
    await app.tick('ledger');
    await app.clock.advance('1s');
    await app.listeners.resolve<Ledger>('ledger').addRuns(2_000);
    const { page } = await givenPage();
    await visit(page, url, '#/history');
    const rows = `document.querySelectorAll('.runs-table tbody tr').length`;
    for (let shown = 100; shown < 1_200; shown += 100) {
      await eventually(page, `${rows} === ${shown}`);
      await page.getByRole('button', { name: 'Show older runs' }).click();
    }
    await eventually(page, `${rows} === 1200`);

    const answered = page.waitForResponse((response) => response.url().includes('limit=1000'));
    await app.tick('ledger');
    await app.pause('ledger', { by: 'kim', reason: 'the year is being closed' });
    await app.clock.advance('1s');
    await answered;

    await eventually(page, `${rows} === 1201`);
    await page.getByRole('button', { name: 'Show older runs' }).click();
    await eventually(page, `${rows} === 1301`);
  });

  it('keeps its ages and its timeline when the clock of the browser is set back by hours', async () => {
    const { app, url } = await givenShop({}, {}, 5);
    const { page } = await givenPage();
    await page.addInitScript('window.back = 0; const now = Date.now; Date.now = () => now() - window.back;');
    await visit(page, url);
    const up = (): Promise<string> => page.locator('.up').innerText();
    expect(await up()).toMatch(/^up 5 m/);
    const timeline = page.waitForRequest('**/admin/api/timeline**');

    await page.evaluate('window.back = 5 * 3_600_000');
    await page.waitForTimeout(1_500);
    expect(await up()).toMatch(/^up 5 m/);
    await app.clock.advance('1m');
    await timeline;
  });

  it('tells bars and what is pressed by colours of the system, where those are forced', async () => {
    const { page } = await givenVisitedShop('#/boot', 1);
    await page.emulateMedia({ forcedColors: 'active' });
    const background = (selector: string): Promise<string> =>
      page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).backgroundColor`);

    const paper = await background('html');
    expect(await background('.track .span')).not.toBe(paper);
    await visit(page, new URL(page.url()).origin);
    expect(await background('[aria-pressed="true"]')).not.toBe(paper);
  });

  it('lets no reason change the direction of what stands beside it', async () => {
    const { app, page } = await givenVisitedShop('#/listeners/stock_report', 0);
    const reason = 'late \u202Eno one';
    await app.operate({ action: 'pause', listener: 'stock_report', by: 'kim', kind: 'human', reason });
    await app.clock.advance('1s');
    await page.getByText('until it is resumed').waitFor();

    const place = `(text) => {
      const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const at = node.data.indexOf(text);
        if (at === -1) continue;
        const range = document.createRange();
        return [...text].map((_, index) => {
          range.setStart(node, at + index);
          range.setEnd(node, at + index + 1);
          return range.getBoundingClientRect().left;
        });
      }
    }`;
    const letters = await page.evaluate<number[]>(`(${place})('until it is resumed')`);
    expect(letters).toEqual([...letters].sort((one, other) => one - other));
  });
});
