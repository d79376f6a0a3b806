import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exportedFactory } from '../../src/cli/entry/exportedFactory';
import { planDot } from '../../src/cli/pictures/planDot';
import { planMermaid } from '../../src/cli/pictures/planMermaid';
import { planSvg } from '../../src/cli/pictures/planSvg';
import { insertAtMarkers } from '../../src/cli/scaffold/insertAtMarkers';
import { parseName } from '../../src/cli/scaffold/Name';
import { createTestApplication } from '../../src/testing';
import { givenListener } from '../support/givenListener';

describe('a name', () => {
  it.each([
    ['order-sync', 'OrderSync', 'orderSync', 'order_sync', 'order-sync'],
    ['order_sync', 'OrderSync', 'orderSync', 'order_sync', 'order-sync'],
    ['OrderSync', 'OrderSync', 'orderSync', 'order_sync', 'order-sync'],
    ['HTTPServer', 'HttpServer', 'httpServer', 'http_server', 'http-server'],
    ['sync2', 'Sync2', 'sync2', 'sync2', 'sync2'],
  ])('%s has each of its forms', (given, pascal, camel, snake, kebab) => {
    expect(parseName(given)).toEqual({ pascal, camel, snake, kebab });
  });

  it('drops a suffix that is added anyway', () => {
    expect(parseName('SlackSettings', 'Settings')).toMatchObject({ pascal: 'Slack', snake: 'slack' });
  });
});

describe('insertAtMarkers', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'markers-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const inserted = (text: string): string | false => {
    const file = join(folder, 'list.ts');
    writeFileSync(file, text);
    const done = insertAtMarkers(file, [{ marker: 'here', line: 'New,' }]);
    const after = readFileSync(file, 'utf8');
    if (!done) expect(after).toBe(text);
    return done && after;
  };

  it('puts the line above its marker, indented like it', () => {
    expect(inserted('[\n    // here\n]\n')).toBe('[\n    New,\n    // here\n]\n');
  });

  it('keeps the line endings of the file', () => {
    expect(inserted('[\r\n  // here\r\n]\r\n')).toBe('[\r\n  New,\r\n  // here\r\n]\r\n');
  });

  it.each([
    ['is missing', '[]\n'],
    ['is there twice', '// here\n// here\n'],
    ['is only part of a line', 'x(); // here\n'],
  ])('leaves a file alone whose marker %s', (_how, text) => {
    expect(inserted(text)).toBe(false);
  });

  it('says no to a file that is not there', () => {
    expect(insertAtMarkers(join(folder, 'none.ts'), [])).toBe(false);
  });
});

describe('what an entry exports', () => {
  const create = (): void => undefined;

  it.each([
    ['a default function', { default: create }],
    ['a function as app', { app: create }],
    ['a default function of CommonJS', { default: { __esModule: true, default: create } }],
    ['an app of CommonJS', { default: { app: create } }],
  ])('is its application when it is %s', (_what, exported) => {
    expect(exportedFactory(exported)).toBe(create);
  });

  it('may be a promise', () => {
    const promise = Promise.resolve();
    expect(exportedFactory({ app: promise })?.()).toBe(promise);
  });

  it.each([{}, { default: undefined }, { default: { other: create } }, { app: 'shop' }, { Listener: create }])(
    'is no application when it is %j',
    (exported) => {
      expect(exportedFactory(exported)).toBeUndefined();
    },
  );
});

describe('the graph of a plan', () => {
  it('has an arrow for each edge, dashed where it is soft, and escapes what it shows', async () => {
    const first = givenListener([], 'first', { fatal: true });
    const app = await createTestApplication({
      name: 'a "quoted" name',
      listeners: [
        first,
        givenListener([], 'second', { dependsOn: [first] }),
        givenListener([], 'third', { wants: ['first'] }),
      ],
      config: { values: { 'listeners.third.enabled': false } },
    });

    expect(planDot(app.plan).split('\n')).toEqual([
      'digraph "a \\"quoted\\" name" {',
      '  rankdir=LR;',
      '  node [shape=box, fontname="Helvetica"];',
      '  "first" [label="1. first", style="bold"];',
      '  "second" [label="2. second"];',
      '  "third" [label="3. third", style="dashed"];',
      '  "first" -> "second" [label="dependsOn"];',
      '  "first" -> "third" [label="wants", style=dashed];',
      '}',
    ]);
    expect(planMermaid(app.plan).split('\n')).toEqual([
      'flowchart LR',
      '  n1["1. first"]:::fatal',
      '  n2["2. second"]',
      '  n3["3. third"]:::disabled',
      '  n1 -- dependsOn --> n2',
      '  n1 -. wants .-> n3',
      '  classDef fatal stroke-width:3px',
      '  classDef disabled stroke-dasharray:4 4,opacity:0.6',
    ]);
    const svg = planSvg(app.plan);
    expect(svg).toMatch(/^<svg xmlns[\s\S]*<\/svg>$/);
    expect(svg).toContain('>a &quot;quoted&quot; name</text>');
    expect(svg.match(/<path class="edge/g)).toHaveLength(2);
    expect(svg.match(/<rect class="node/g)).toHaveLength(3);
  });
});
