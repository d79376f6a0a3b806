import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium, type BrowserContext, type Page } from 'playwright-core';

const PROGRAM = '/usr/bin/chromium';

/** False where Chromium is not installed: the suite then says what it leaves out, and fails where it must not. */
export const hasChromium = existsSync(PROGRAM);

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** Lets the test itself put scripts into the page. */
  readonly bypassCSP?: boolean;
}

/** A page that remembers what its console said of errors. */
export interface WatchedPage {
  readonly page: Page;
  readonly errors: readonly string[];
}

const open: { context: BrowserContext; folder: string }[] = [];

/** A page of a browser of its own, with nothing remembered. */
export async function givenPage({ width = 1280, height = 900, ...options }: PageOptions = {}): Promise<WatchedPage> {
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-browser-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: PROGRAM,
    args: ARGS,
    viewport: { width, height },
    timezoneId: 'UTC',
    ...options,
  });
  open.push({ context, folder });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  return { page, errors };
}

export async function closePages(): Promise<void> {
  for (const { context, folder } of open.splice(0)) {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
