'use strict';

// Runs the conformance suite and the inspector of the Model Context Protocol, installed in a folder and run with the Node in
// another, against application.ts, and compares every outcome with expected.yaml: node check.cjs <installed> <folder of node>
const { execFile, spawn } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const http = require('node:http');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { parse } = require('yaml');

const TOKEN = 'conformance-0123456789';
const SUITE = '@modelcontextprotocol/conformance/dist/index.js';
const INSPECTOR = '@modelcontextprotocol/inspector/clients/launcher/build/index.js';
/** A line of the summary: `✓ ping: 1 passed, 0 failed`. */
const OUTCOME = /^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed$/gm;

const [installed, nodeFolder] = process.argv.slice(2);
const expected = parse(readFileSync(join(__dirname, '..', 'expected.yaml'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'conformance-'));

/** Runs a program of the installed ones; resolves with its exit code and everything that it wrote. */
const run = (program, args) =>
  new Promise((done) => {
    const file = resolve(installed, 'node_modules', program);
    const options = {
      cwd: folder,
      timeout: 120_000,
      env: { ...process.env, PATH: `${nodeFolder}:${process.env.PATH}` },
    };
    const child = execFile(join(nodeFolder, 'node'), [file, ...args], options, (error, out, err) =>
      done({ exit: error === null ? 0 : (error.code ?? error.signal), text: out + err }),
    );
    child.stdin.end();
  });

/** Starts the application; resolves with its process and address. */
const startApplication = () =>
  new Promise((done, fail) => {
    const flags = ['-C', 'daemonry-source', '-r', 'ts-node/register/transpile-only'];
    const child = spawn(process.execPath, [...flags, join(__dirname, 'application.ts'), folder, TOKEN]);
    let text = '';
    child.stderr.on('data', (chunk) => (text += chunk));
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const url = /MCP clients are served under (http:\S+?)\/mcp/.exec(text)?.[1];
      if (url !== undefined) done({ child, url });
    });
    child.on('exit', (code) => fail(new Error(`The application ended with ${code}:\n${text}`)));
  });

/** The suite sends no credentials, so this adds them to whatever it sends. */
const startProxy = (url) =>
  new Promise((done) => {
    const { hostname, port } = new URL(url);
    const server = http.createServer((request, response) => {
      const { method, url: path, headers } = request;
      const options = { hostname, port, method, path, headers: { ...headers, authorization: `Bearer ${TOKEN}` } };
      const onward = http.request(options, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    });
    server.listen(0, '127.0.0.1', () => done(server));
  });

/** The differences between the outcomes of the suite and the expected ones. */
async function checkSuite(port) {
  const { text } = await run(SUITE, [
    'server',
    '--url',
    `http://localhost:${port}/mcp`,
    '--suite',
    'all',
    '-o',
    folder,
  ]);
  const outcomes = new Map();
  for (const [, name, passed, failed] of text.matchAll(OUTCOME))
    outcomes.set(name, failed !== '0' ? 'fails' : passed !== '0' ? 'passes' : 'skips');
  if (outcomes.size === 0) return [`the suite ran no scenario:\n${text}`];
  const wanted = new Map([
    ...expected.passes.map((name) => [name, 'passes']),
    ...Object.keys(expected.fails).map((name) => [name, 'fails']),
    ...Object.keys(expected.skips).map((name) => [name, 'skips']),
  ]);
  console.log(
    `conformance: ${[...outcomes.values()].filter((outcome) => outcome === 'passes').length} of ${outcomes.size} pass`,
  );
  return [...new Set([...wanted.keys(), ...outcomes.keys()])].flatMap((name) => {
    const [was, is] = [wanted.get(name) ?? 'is not listed', outcomes.get(name) ?? 'did not run'];
    return was === is ? [] : [`${name}: expected.yaml: ${was}; now: ${is}`];
  });
}

/** The differences between the answers of the inspector and the expected ones. */
async function checkInspector(url) {
  const problems = [];
  for (const { arguments: args, token = TOKEN, exit, says } of expected.inspector) {
    const common = ['--cli', `${url}/mcp`, '--transport', 'http', '--header', `Authorization: Bearer ${token}`];
    const found = await run(INSPECTOR, [...common, ...args]);
    if (found.exit === exit && found.text.includes(says)) continue;
    problems.push(`inspector ${args.join(' ')}: exit ${found.exit}, expected ${exit} and "${says}" in:\n${found.text}`);
  }
  console.log(`inspector: ${expected.inspector.length - problems.length} of ${expected.inspector.length} as expected`);
  return problems;
}

async function main() {
  const { child, url } = await startApplication();
  const proxy = await startProxy(url);
  try {
    const problems = [...(await checkSuite(proxy.address().port)), ...(await checkInspector(url))];
    for (const problem of problems) console.error(`unexpected: ${problem}`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    proxy.close();
    proxy.closeAllConnections();
    child.removeAllListeners('exit');
    child.kill();
    await new Promise((done) => child.once('exit', done));
    rmSync(folder, { recursive: true });
  }
}

void main();
