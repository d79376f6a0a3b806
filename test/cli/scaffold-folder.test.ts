import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { givenFolder } from './support/givenApplication';

describe('The folder of daemonry new', () => {
  const place = givenFolder();

  it('goes into a new repository, and keeps what is there', async () => {
    place.write({
      'fresh/.git/HEAD': '',
      'fresh/LICENSE': 'MIT',
      'fresh/README.md': 'mine',
      'fresh/.gitignore': 'node_modules\n/dist/\n*.log\n',
      'fresh/.gitattributes': '* text=auto',
    });
    const { code, stdout } = await place.call(['new', 'parcels', '--directory', 'fresh']);
    const kept = ['LICENSE', 'README.md', '.gitattributes'].map((file) =>
      readFileSync(join(place.folder, 'fresh', file), 'utf8'),
    );

    expect({ code, kept }).toEqual({ code: 0, kept: ['MIT', 'mine', '* text=auto'] });
    expect(stdout).toContain('Add to the .gitignore that was there: state/ coverage/ *.tsbuildinfo .env\n');
    expect(existsSync(join(place.folder, 'fresh', 'package.json'))).toBe(true);
  });

  it.each([
    ['a b/shop', "cd 'a b/shop'\n"],
    ["it's/shop", "cd 'it'\\''s/shop'\n"],
    ['$(x)/shop', "cd '$(x)/shop'\n"],
    ['-x/shop', "cd './-x/shop'\n"],
    ['plain/shop-2', 'cd plain/shop-2\n'],
  ])('names the folder %s as a shell reads it', async (folder, shown) => {
    const { stdout } = await place.call(['new', 'shop', `--directory=${folder}`]);

    expect(stdout).toContain(shown);
  });
});
