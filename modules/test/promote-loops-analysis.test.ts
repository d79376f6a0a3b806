import { proposeIntents } from '../promotions/loops/PromoteEmailIntent';
import { blastRadius, proposeEnvelopes } from '../promotions/loops/PromoteProbeFixEnvelopes';
import { proposeTuning } from '../promotions/loops/PromoteRouterTuning';
import { fieldOf, proposeFields } from '../promotions/loops/PromoteSnapshotExpand';
import { proposeTrims } from '../promotions/loops/PromoteToolTrimming';

describe('A field of the snapshot', () => {
  const use = (tool: string, calls: number) => ({ tool, calls, routes: ['slack_dm'], lastAt: 7 });

  it('is proposed for a tool that was called often enough, surer the more often', () => {
    const proposals = proposeFields([use('ops__open_tickets', 5), use('rare', 4), use('always', 30)], {
      minCalls: 5,
      backedTools: [],
    });

    expect(proposals).toEqual([
      {
        key: 'ops__open_tickets',
        title: 'Put what ops__open_tickets answers into the snapshot',
        confidence: 0.5,
        body: { tool: 'ops__open_tickets', field: 'open_tickets', calls: 5, routes: ['slack_dm'] },
        samples: [],
        observedAt: 7,
      },
      expect.objectContaining({ key: 'always', confidence: 1 }),
    ]);
  });

  it('is not proposed for a tool whose answer the snapshot has', () => {
    expect(proposeFields([use('ops__status', 50)], { minCalls: 5, backedTools: ['ops__status'] })).toEqual([]);
  });

  it.each([
    ['ops__open_tickets', 'open_tickets'],
    ['my_ops__tickets__open', 'tickets__open'],
    ['open_tickets', 'open_tickets'],
    ['ops__', 'ops__'],
  ])('is called, for %s, %s', (tool, field) => {
    expect(fieldOf(tool)).toBe(field);
  });
});

describe('A review of the router', () => {
  const limits = { minCalls: 20, tightenThreshold: 0.4, loosenOverrideThreshold: 3 };
  const use = (calls: number, escalations: number) => ({
    route: 'slack_dm' as const,
    counters: { calls, escalations, escalationReasons: { 'long question': escalations - 1, retry: 1 } },
    since: 100,
  });
  const overrides = (count: number) => ({ route: 'mcp_tool' as const, count, reasons: ['a', 'b', 'c'], lastAt: 200 });

  it('is proposed where too many calls went to the strong model', () => {
    expect(proposeTuning([use(30, 12)], [], limits)).toEqual([
      {
        key: 'tighten slack_dm',
        title: 'Review what sends slack_dm to the strong model: 40 % of its calls',
        confidence: 0.75,
        body: {
          action: 'tighten_review',
          route: 'slack_dm',
          calls: 30,
          escalations: 12,
          escalationRate: 0.4,
          reasons: { 'long question': 11, retry: 1 },
        },
        samples: ['long question', 'retry'],
        observedAt: 100,
      },
    ]);
  });

  it('is not proposed below either threshold', () => {
    expect(proposeTuning([use(19, 19), use(100, 39)], [overrides(2)], limits)).toEqual([]);
  });

  it('is proposed where people asked for the strong model', () => {
    expect(proposeTuning([], [overrides(3)], limits)).toEqual([
      {
        key: 'loosen mcp_tool',
        title: 'Review what keeps mcp_tool from the strong model: people asked for it 3 times',
        confidence: expect.closeTo(1 / 3) as number,
        body: { action: 'loosen_review', route: 'mcp_tool', overrides: 3 },
        samples: ['a', 'b', 'c'],
        observedAt: 200,
      },
    ]);
  });
});

describe('A tool to leave out', () => {
  const route = (name: 'slack_dm' | 'mcp_tool', tools: Record<string, number>) => ({
    route: name,
    tools: new Map(Object.entries(tools)),
    lastAt: 9,
  });

  it('is one that other routes called, and a busy route did not', () => {
    const proposals = proposeTrims(
      [route('slack_dm', { search: 20 }), route('mcp_tool', { search: 1, read_file: 3 })],
      {
        minCalls: 20,
      },
    );

    expect(proposals).toEqual([
      {
        key: 'slack_dm read_file',
        title: 'Leave read_file out of the tools of slack_dm',
        confidence: 0.5,
        body: { route: 'slack_dm', tool: 'read_file', callsOfRoute: 20, callsElsewhere: 3 },
        samples: [],
        observedAt: 9,
      },
    ]);
  });

  it('is not sought for a route with few calls', () => {
    const routes = [route('slack_dm', { search: 19 }), route('mcp_tool', { read_file: 3 })];

    expect(proposeTrims(routes, { minCalls: 20 })).toEqual([]);
  });
});

describe('A fix', () => {
  const investigations = (count: number, heads: Record<string, number>) => ({
    probe: 'fly',
    category: 'machine_down',
    count,
    heads: new Map(Object.entries(heads)),
    lastAt: 5,
  });

  it('is proposed for a trouble that was investigated often enough, with what was recommended most', () => {
    expect(proposeEnvelopes([investigations(3, { Wait: 1, 'Restart it': 2 })], { minClusterSize: 3 })).toEqual([
      {
        key: '["fly","machine_down"]',
        title: 'Fix machine_down of fly without an investigation',
        confidence: 0.5,
        body: {
          probe: 'fly',
          category: 'machine_down',
          fixName: 'fly_machine_down',
          recommendation: 'Restart it',
          blastRadius: 'low',
          investigations: 3,
        },
        samples: ['Restart it'],
        observedAt: 5,
      },
    ]);
  });

  it('is not proposed for fewer', () => {
    expect(proposeEnvelopes([investigations(2, {})], { minClusterSize: 3 })).toEqual([]);
  });

  it.each([
    ['fly', 'machine_down', 'low'],
    ['fly', 'machine_not_started', 'low'],
    ['fly', 'single_machine_not_started', 'low'],
    ['fly', 'every_machine_down', 'high'],
    ['FLY', 'machine_down', 'high'],
    ['supabase', 'machine_down', 'high'],
  ])('for %s %s has a blast radius that is %s', (probe, category, radius) => {
    expect(blastRadius(probe, category)).toBe(radius);
  });
});

describe('A pattern for an intent', () => {
  const mails = (intent: string, ...subjects: string[]) => subjects.map((subject, at) => ({ subject, intent, at }));
  const options = { similarity: 0.65, minClusterSize: 3, earlier: [] };

  it('comes from the words of the subjects, and matches them', async () => {
    const invoices = ['Invoice 4711 attached', 'Re: Invoice 4712 attached', 'Fwd: invoice 4713 attached'];

    const { observed, proposals } = await proposeIntents(
      [...mails('invoice', ...invoices), ...mails('note', 'Lunch?', 'Your invoice is attached, or is it?')],
      options,
    );

    expect(observed).toBe(5);
    expect(proposals).toEqual([
      {
        key: 'invoice: attached invoice',
        title: 'Take mails such as "Invoice 4711 attached" as invoice',
        confidence: 0.5,
        body: {
          pattern: { source: expect.any(String) as string, flags: 'isu' },
          words: ['attached', 'invoice'],
          intent: 'invoice',
          mails: 3,
          alsoMatches: 1,
        },
        samples: invoices,
        observedAt: 2,
      },
    ]);
    const { source, flags } = proposals[0]?.body['pattern'] as { source: string; flags: string };
    expect(invoices.filter((subject) => new RegExp(source, flags).test(subject))).toEqual(invoices);
  });

  it('is not made of mails of different intents', async () => {
    const { proposals } = await proposeIntents(
      [...mails('invoice', 'Invoice attached', 'Invoice attached'), ...mails('note', 'Invoice attached')],
      options,
    );

    expect(proposals).toEqual([]);
  });

  it('is none where the subjects have no telling word', async () => {
    expect(await proposeIntents(mails('note', 'Re: it', 'Re: it', 're: it'), options)).toMatchObject({
      proposals: [],
      figures: { clusters: 1, withoutPattern: 1 },
    });
  });

  it('takes a hostile subject as words', async () => {
    const subject = '(((((a+)+)+)+)+)$ deploy [\\';
    const { proposals } = await proposeIntents(mails('note', subject, subject, subject), options);

    expect(proposals[0]?.body).toMatchObject({ words: ['deploy'] });
  });
});
