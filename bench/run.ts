import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

interface Benchmark {
  readonly title: string;
  readonly unit: string;
  readonly size: number;
  /** The first is what the others are compared with. */
  readonly subjects: readonly string[];
}

const RUNS = Number(process.env['RUNS'] ?? 7);
const HAS_PEERS = existsSync(join(__dirname, 'peers', 'node_modules'));

const BENCHMARKS: readonly Benchmark[] = [
  {
    title: 'load the framework',
    unit: 'ms',
    size: 0,
    subjects: ['import-inversify', 'import-daemonry', 'import-nestjs'],
  },
  {
    title: 'boot 100 daemons',
    unit: 'ms',
    size: 100,
    subjects: ['boot-inversify', 'boot-daemonry', 'boot-nestjs', 'boot-handwritten'],
  },
  {
    title: 'boot 1,000 daemons',
    unit: 'ms',
    size: 1_000,
    subjects: ['boot-inversify', 'boot-daemonry', 'boot-nestjs', 'boot-handwritten'],
  },
  { title: 'one tick, of 100,000', unit: 'ns', size: 100_000, subjects: ['tick-handwritten', 'tick-daemonry'] },
  { title: 'a virtual day of 15 daemons every 30 s', unit: 'ms', size: 15, subjects: ['day-daemonry'] },
];

/** One measurement in a process of its own. */
function measure(subject: string, size: number): number {
  const file = join(__dirname, 'subjects', `${subject}.ts`);
  const args = ['-r', 'ts-node/register/transpile-only', file, String(size)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const line = stdout.split('\n').find((text) => text.startsWith('{"figure":'));
  if (status !== 0 || line === undefined) throw new Error(`${subject} failed with ${status}\n${stdout}${stderr}`);
  return (JSON.parse(line) as { figure: number }).figure;
}

function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const cell = (value: string, width: number): string => value.padStart(width);
const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** The subjects take turns, so that a machine that changes its speed changes it for all of them. */
function run({ title, unit, size, subjects }: Benchmark): void {
  const present = subjects.filter((subject) => HAS_PEERS || !subject.endsWith('nestjs'));
  const figures = new Map(present.map((subject) => [subject, [] as number[]]));
  for (let round = 0; round <= RUNS; round++) {
    for (const [subject, list] of figures) {
      const value = measure(subject, size);
      // The first round warms the caches of the disk.
      if (round > 0) list.push(value);
    }
  }
  const base = median(figures.get(present[0] ?? '') ?? []);
  process.stdout.write(`\n${title} (${unit}; ${RUNS} runs, median, min–max, ratio to the first)\n`);
  for (const [subject, list] of figures) {
    const middle = median(list);
    const range = `${figure(Math.min(...list))}–${figure(Math.max(...list))}`;
    process.stdout.write(
      `  ${subject.padEnd(20)}${cell(figure(middle), 9)}${cell(range, 18)}${cell((middle / base).toFixed(2), 8)}\n`,
    );
  }
}

process.stdout.write(`Node ${process.version}, ${process.platform} ${process.arch}\n`);
if (!HAS_PEERS) process.stdout.write('Without NestJS: `npm install --prefix bench/peers` brings it.\n');
for (const benchmark of BENCHMARKS) run(benchmark);
