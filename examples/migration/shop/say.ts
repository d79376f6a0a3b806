/** Says what happens, as one line: the tests compare what both sides do. */
export function say(what: string): void {
  console.log(`shop: ${what}`);
}
