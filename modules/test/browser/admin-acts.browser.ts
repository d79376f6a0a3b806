import { givenPage } from './support/givenBrowser';
import { givenShop } from './support/givenShop';
import { bodyText, describeInBrowser, eventually, givenVisitedShop, takeActs, visit } from './support/visit';

const ACTIONS = [
  ['Run now', 'trigger', {}],
  ['Pause', 'pause', { until: '4h' }],
  ['Skip next', 'skip-next', {}],
  ['Reschedule', 'reschedule', { cron: '0 4 * * *' }],
  ['Restart', 'restart', {}],
] as const;

describeInBrowser('the acts on the dashboard', () => {
  it.each(ACTIONS)('sends the act of "%s" with its reason, and a key of its own', async (button, action, fields) => {
    const { page, errors } = await givenVisitedShop('#/listeners/stock_report', 0);
    const acts = await takeActs(page);
    await page.getByRole('button', { name: button }).click();
    const dialog = page.getByRole('dialog');

    await dialog.getByRole('button', { name: button }).click();
    expect(acts).toEqual([]);
    if (action === 'pause') await dialog.getByLabel('Until').selectOption('4 hours from now');
    if (action === 'reschedule') {
      await dialog.getByLabel('New schedule').selectOption('cron');
      await dialog.getByLabel('Cron pattern').fill('0 4 * * *');
    }
    await dialog.getByLabel('Reason').fill('the supplier asked for it');
    await dialog.getByRole('button', { name: button }).click();
    await dialog.getByText('It is noted.').waitFor();

    expect(acts).toEqual([
      {
        action,
        listener: 'stock_report',
        reason: 'the supplier asked for it',
        key: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
        ...fields,
      },
    ]);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
  });

  it.each([
    ['Run now', {}, 'The run succeeded.'],
    ['Pause', { action: 'pause' }, 'Done.'],
    ['Skip next', { action: 'skip-next' }, 'Due next:'],
    ['Reschedule', { action: 'reschedule', value: 'every 10m' }, 'Due next:'],
    ['Restart', {}, 'Done.'],
  ])('has the act of "%s" done', async (button, intent, told) => {
    const { app, page, errors } = await givenVisitedShop('#/listeners/stock_report', 0);
    await page.getByRole('button', { name: button }).click();
    const dialog = page.getByRole('dialog');

    if (button === 'Reschedule') await dialog.getByLabel('Interval').fill('10m');
    await dialog.getByLabel('Reason').fill('the supplier asked for it');
    await dialog.getByRole('button', { name: button }).click();
    await dialog.getByText(told).waitFor();

    const set = {
      listener: 'stock_report',
      by: 'local',
      kind: 'human',
      reason: 'the supplier asked for it',
      ...intent,
    };
    expect(app.intents()).toMatchObject('action' in intent ? [set] : []);
    expect(errors).toEqual([]);
  });

  it('has the whole application paused and resumed', async () => {
    const { app, page, errors } = await givenVisitedShop('#/', 0);
    for (const [button, act] of [
      ['Pause all', 'Pause'],
      ['Resume all', 'Resume'],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      const dialog = page.getByRole('dialog', { name: `${act}: the whole application` });
      await dialog.getByLabel('Reason').fill('the year is being closed');
      await dialog.getByRole('button', { name: act }).click();
      await dialog.getByText('Done.').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      expect(app.intents()).toMatchObject([
        { action: act.toLowerCase(), by: 'local', reason: 'the year is being closed' },
      ]);
      expect(app.intents()[0]).not.toHaveProperty('listener');
      await app.clock.advance('1s');
    }
    await page.getByRole('button', { name: 'Pause all' }).waitFor();
    expect(errors).toEqual([]);
  });

  it('has a pause ended where it is shown, on the overview and on the page of the listener', async () => {
    const { app, page, errors } = await givenVisitedShop('#/', 0);
    const kim = { by: 'kim', kind: 'human', reason: 'the year is being closed' } as const;
    await app.operate({ action: 'pause', ...kim });
    await app.operate({ action: 'reschedule', listener: 'cleanup', interval: '20m', ...kim });
    await app.operate({ action: 'pause', listener: 'stock_report', ...kim });
    await app.clock.advance('1s');
    const answer = async (button: string): Promise<void> => {
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Reason').fill('closed');
      await dialog.getByRole('button', { name: button }).click();
      await dialog.getByText('Done.').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await dialog.waitFor({ state: 'detached' });
    };

    await page.getByRole('button', { name: 'Resume: the whole application' }).click();
    await answer('Resume');
    await page.getByRole('button', { name: 'Reset: cleanup' }).click();
    await answer('Reset');
    expect(app.intents().map(({ action, listener }) => [action, listener])).toEqual([
      ['pause', 'stock_report'],
      ['resume', undefined],
    ]);
    await visit(page, new URL(page.url()).origin, '#/listeners/stock_report');
    await page.getByRole('button', { name: 'Resume' }).click();
    await answer('Resume');

    expect(app.intents().map(({ action, by, kind }) => [action, by, kind])).toEqual([['resume', 'local', 'human']]);
    expect(app.status().listeners.flatMap(({ tasks }) => tasks.filter(({ paused }) => paused))).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('has a run of the history run again, which is in the history then', async () => {
    const { app, page, errors } = await givenVisitedShop('#/history?listener=stock_report', 0);
    await app.tick('stock_report');
    await page.getByRole('button', { name: 'Search' }).click();

    await page.getByRole('button', { name: 'Run again: stock_report tick' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('the shop is back');
    await dialog.getByRole('button', { name: 'Run now' }).click();
    await dialog.getByText('The run succeeded.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();

    await eventually(page, `document.querySelectorAll('.runs-table tbody tr').length === 2`);
    expect(app.runs('stock_report').map(({ trigger }) => trigger)).toEqual(['manual', 'manual']);
    expect(errors).toEqual([]);
  });

  it('shows a pause as soon as it holds, with who and why, and offers to end it', async () => {
    const { app, page } = await givenVisitedShop('#/listeners/stock_report', 0);
    const acts = await takeActs(page);

    void app.pause('stock_report', { reason: 'the year is being closed', by: 'ann' });
    await app.clock.advance('1s');
    await page.getByText('the year is being closed').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('closed');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Done.').waitFor();

    expect(acts).toMatchObject([{ action: 'resume', listener: 'stock_report', reason: 'closed' }]);
  });

  it('shows why an act is refused, and what to do, and keeps what was written', async () => {
    const { page } = await givenVisitedShop('#/listeners/stock_report', 0);
    await takeActs(page);
    await page.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('refuse this');
    await page.keyboard.press('Enter');

    expect(await dialog.getByRole('alert').innerText()).toMatch(/ann has paused it[^]*To fix this: ask ann\./);
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('refuse this');
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = await givenVisitedShop('#/', 0);
    const focused = (): Promise<string> =>
      page.evaluate<string>(
        `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()`,
      );

    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
    for (let presses = 0; presses < 60 && (await focused()) !== 'stock_report'; presses++) {
      await page.keyboard.press('Tab');
    }
    expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /stock_report/ }).waitFor();
    for (let presses = 0; presses < 60 && (await focused()) !== 'Pause'; presses++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await eventually(page, `document.activeElement.id === 'act-reason'`);
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab');
      expect(
        await page.evaluate(
          'document.activeElement.closest("main") === null || document.activeElement.closest("dialog") !== null',
        ),
      ).toBe(true);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await eventually(page, `document.activeElement.textContent.trim() === 'Pause'`);
  });

  it.each([
    ['Enter', 'Close'],
    ['Escape', 'Escape'],
  ])('gives the focus back after an act whose result is closed with %s', async (_name, close) => {
    const { page, app } = await givenVisitedShop('#/listeners/stock_report', 0);
    const focused = `document.activeElement.textContent.trim()`;
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Enter');
    await eventually(page, `document.activeElement.id === 'act-reason'`);
    await page.keyboard.type('the year is being closed');
    await page.keyboard.press('Enter');
    await eventually(page, `${focused} === 'Close'`);
    await app.clock.advance('1s');

    await page.keyboard.press(close === 'Close' ? 'Enter' : 'Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await eventually(page, `${focused} === 'Resume'`);
  });

  it('keeps the focus near a control that goes away with its row', async () => {
    const { app, page } = await givenVisitedShop('#/', 0);
    const kim = { by: 'kim', kind: 'human', reason: 'the year is being closed' } as const;
    await app.operate({ action: 'pause', listener: 'cleanup', ...kim });
    await app.operate({ action: 'pause', listener: 'stock_report', ...kim });
    await app.clock.advance('1s');
    await page.getByRole('button', { name: 'Resume: cleanup' }).click();
    await eventually(page, `document.activeElement.id === 'act-reason'`);
    await page.keyboard.type('closed');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Done.').waitFor();
    await app.clock.advance('1s');
    await page.getByRole('button', { name: 'Resume: cleanup' }).waitFor({ state: 'detached' });

    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await eventually(page, `document.activeElement.closest('section')?.ariaLabel === 'Set by operators'`);
  });

  it('says that the connection is lost, goes on showing what it knows, and heals when the application is back', async () => {
    const { app, page, url } = await givenVisitedShop('#/', 5);

    await app.stop();
    await page.getByText('The application has not answered').waitFor();
    expect(await bodyText(page)).toContain('order_sync');

    await givenShop({}, { port: Number(new URL(url).port) }, 0);
    await page.waitForSelector('[data-connection="live"]', { state: 'attached' });
    expect(await bodyText(page)).not.toContain('The application has not answered');
    await eventually(page, `/^runs\\n0/m.test(document.querySelector('.figures').innerText)`);
  });

  it('asks for a token where operators are named, and shows who is logged in', async () => {
    const token = 'ann-has-a-long-token';
    const operators = [{ name: 'ann', kind: 'human', token, may: ['read'] }];
    const { url } = await givenShop({}, { operators });
    const { page } = await givenPage();
    await page.goto(`${url}/admin/#/listeners/order_sync`);
    await page.getByLabel('Token').fill('not-the-right-token');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('alert').innerText()).toContain('the token of none of web.operators');

    await page.getByLabel('Token').fill(token);
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: /order_sync/ }).waitFor();
    expect(await bodyText(page)).toContain('You may look, and change nothing.');
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Token').waitFor();
  });

  it('searches the runs, and runs one again', async () => {
    const { page } = await givenVisitedShop('#/history?listener=order_sync');
    const acts = await takeActs(page);

    await page.getByLabel('Outcome').selectOption('failed');
    await page.getByRole('button', { name: 'Search' }).click();
    await eventually(
      page,
      `[...document.querySelectorAll('.runs-table tbody tr')].every((row) => row.innerText.includes('failed'))`,
    );
    await page.getByRole('button', { name: 'Run again: order_sync tick' }).first().click();
    await page.getByRole('dialog').getByLabel('Reason').fill('the shop is back');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Done.').waitFor();

    expect(acts).toMatchObject([
      { action: 'trigger', listener: 'order_sync', task: 'tick', reason: 'the shop is back' },
    ]);
  });
});
