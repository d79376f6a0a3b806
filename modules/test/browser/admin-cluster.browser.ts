import { BackgroundDaemon, type OnTick, type TickContext } from 'daemonry';
import { adminModule } from '@daemonry/modules/admin';
import { type WebServer, webModule } from '@daemonry/modules/web';
import { createTestCluster, type TestCluster } from 'daemonry/testing';

import { givenPage } from './support/givenBrowser';
import { bodyText, describeInBrowser, eventually, takeActs, visit } from './support/visit';

@BackgroundDaemon({ name: 'order_sync', interval: '1m', scope: 'cluster' })
class OrderSync implements OnTick {
  async tick({ sleep }: TickContext): Promise<void> {
    await sleep('40s');
  }
}

@BackgroundDaemon({ name: 'invoices', interval: '1h', scope: 'cluster', delivery: 'at-least-once', maxStarts: 2 })
class Invoices implements OnTick {
  tick(): void {
    if (!isPaperIn) throw new Error('the printer is out of paper');
  }
}

let isPaperIn = false;

describeInBrowser('the dashboard of a process of a cluster', () => {
  let cluster: TestCluster;

  beforeEach(() => {
    isPaperIn = false;
  });
  afterEach(() => cluster.stop());

  const givenCluster = async (size: number, listeners: readonly (new () => OnTick)[]): Promise<void> => {
    cluster = await createTestCluster(size, {
      name: 'shop',
      now: '2030-01-31T08:00:00Z',
      listeners,
      modules: [webModule(), adminModule()],
      config: { values: { web: { port: 0 } } },
    });
    await cluster.start();
  };

  /** The address of the first process. */
  const urlOf = (): string => cluster.apps[0]?.listeners.resolve<WebServer>('web').address?.url ?? 'none';

  it('takes dead letters from its list that another process has dismissed, or run again', async () => {
    await givenCluster(2, [Invoices]);
    await cluster.clock.advanceUntil(() => cluster.state('invoices').deadLetters === 3, '4h');
    const [, other] = cluster.apps;
    const url = urlOf();
    const { page, errors } = await givenPage();
    await visit(page, url, '#/listeners/invoices');
    await page.getByText('3 due moments failed at every start').waitFor();
    const [dismissed = '', again = '', left = ''] = ((await other?.deadLetters('invoices')) ?? []).map(
      ({ tickId }) => tickId,
    );
    const act = { listener: 'invoices', by: 'ann', kind: 'human', reason: 'sent' } as const;
    await other?.operate({ action: 'dismiss', tickId: dismissed, ...act });
    isPaperIn = true;
    await other?.operate({ action: 'trigger', tickId: again, ...act });

    await page.getByText('1 due moment failed at every start').waitFor();
    const dismissals = page.getByRole('button', { name: /^Dismiss: invoices.tick@2030/ });
    await eventually(page, `document.querySelectorAll('[aria-label^="Dismiss: "]').length === 1`);
    expect(await dismissals.getAttribute('aria-label')).toBe(`Dismiss: ${left}`);
    expect(errors).toEqual([]);
  });

  it('shows the holder of a task and its lease, follows it, and runs a dead letter again', async () => {
    await givenCluster(2, [OrderSync, Invoices]);
    await cluster.clock.advanceUntil(() => cluster.state('invoices').deadLetters === 1, '2h');
    await cluster.clock.advanceUntil(() => cluster.state('order_sync').holder !== undefined, '2m');
    const url = urlOf();
    const { page, errors } = await givenPage();
    const acts = await takeActs(page);

    await visit(page, url, '#/listeners/order_sync');
    await page.getByText(/scope cluster · held by process-\d\.\d since .+, lease ends /).waitFor();
    await cluster.clock.advance('41s');
    await eventually(page, `document.querySelector('.tasks').innerText.includes('free: no process runs it now')`);

    await visit(page, url, '#/');
    await page.getByText('has 1 dead letter').waitFor();
    await visit(page, url, '#/listeners/invoices');
    const dead = page.getByRole('region', { name: 'Dead letters' }).last();
    await dead.getByText('the printer is out of paper').waitFor();
    expect(await bodyText(page)).toContain('start 2');
    await dead.getByRole('button', { name: 'Run again: invoices tick' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('there is paper');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Done.').waitFor();

    const tickId = cluster.runs('invoices').find(({ start }) => start === 2)?.tickId;
    expect(acts).toMatchObject([{ action: 'trigger', listener: 'invoices', tickId, reason: 'there is paper' }]);
    expect(errors).toEqual([]);
  });

  it('dismisses one dead letter, which is not listed any more, also when the page is loaded again, and then all', async () => {
    await givenCluster(1, [OrderSync, Invoices]);
    await cluster.clock.advanceUntil(() => cluster.state('invoices').deadLetters === 2, '4h');
    const url = urlOf();
    const { page, errors } = await givenPage();
    await visit(page, url, '#/listeners/invoices');
    const dead = page.getByRole('region', { name: 'Dead letters' }).last();
    const dismissals = dead.getByRole('button', { name: /^Dismiss: invoices.tick@2030/ });
    await dismissals.nth(1).waitFor();

    const [newest = '', older = ''] = cluster
      .runs('invoices')
      .map(({ tickId }) => tickId)
      .sort()
      .reverse();
    await dead.getByRole('button', { name: `Dismiss: ${newest}` }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toContain(`Forgets the dead letter ${newest}.`);
    await dialog.getByLabel('Reason').fill('sent by hand');
    await page.keyboard.press('Enter');
    await dialog.getByText('Dead letters that are dismissed: 1.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await cluster.clock.advance('1s');
    await eventually(page, `document.querySelectorAll('[aria-label^="Dismiss: "]').length === 1`);
    await visit(page, url, '#/');
    await page.reload();
    await visit(page, url, '#/listeners/invoices');
    await dismissals.first().waitFor();
    expect(await dismissals.count()).toBe(1);
    expect(await dismissals.getAttribute('aria-label')).toBe(`Dismiss: ${older}`);
    expect(cluster.state('invoices').deadLetters).toBe(1);

    await page.getByRole('button', { name: 'Dismiss all…' }).click();
    await dialog.getByLabel('Reason').fill('sent by hand too');
    await page.keyboard.press('Enter');
    await dialog.getByText('Dead letters that are dismissed: 1.').waitFor();
    await cluster.clock.advance('1s');
    await eventually(page, `!document.body.innerText.includes('failed at every start')`);
    expect(errors).toEqual([]);
  });
});
