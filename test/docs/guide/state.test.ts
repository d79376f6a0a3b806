import { BackgroundDaemon, type OnStartup, StateDatabase, type TickContext } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

class Feed {
  newest = 41;

  after(position: number): Promise<readonly number[]> {
    return Promise.resolve(position < this.newest ? [this.newest] : []);
  }
}

// region notes
@BackgroundDaemon({ interval: '1m' })
class FeedReader implements OnStartup {
  constructor(
    private readonly feed: Feed,
    private readonly state: StateDatabase,
  ) {}

  async startup(): Promise<void> {
    await this.state.migrate('feed_reader', [
      { sql: 'CREATE TABLE feed_reader_items (id INTEGER PRIMARY KEY)' },
      { sql: "ALTER TABLE feed_reader_items ADD COLUMN note TEXT NOT NULL DEFAULT ''", writableFrom: 1 },
    ]);
  }

  async tick({ log }: TickContext): Promise<void> {
    const newest = await this.state.get<{ id: number | null }>('SELECT max(id) AS id FROM feed_reader_items');
    // Fetched outside of the transaction, which waits for nothing but its own statements.
    const items = await this.feed.after(newest?.id ?? 0);
    await this.state.transaction(async (statements) => {
      for (const id of items) await statements.run('INSERT INTO feed_reader_items (id) VALUES (?)', [id]);
    });
    log.debug(`${items.length} new`);
  }
}
// endregion notes

describe('Docs: state', () => {
  it('reads each item once', async () => {
    const app = await createTestApplication({ listeners: [FeedReader], services: [Feed] });
    await app.start();
    await app.clock.advance('2m');
    const state = app.container.get(StateDatabase);
    expect(await state.all('SELECT * FROM feed_reader_items')).toEqual([{ id: 41, note: '' }]);
    app.container.get(Feed).newest = 42;
    await app.clock.advance('1m');
    expect(await state.all('SELECT id FROM feed_reader_items')).toEqual([{ id: 41 }, { id: 42 }]);
    await app.stop();
  });
});
