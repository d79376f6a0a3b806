import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import { installedPackage } from '../cli/support/installedPackage';

// The packages may have to be built first.
jest.setTimeout(240_000);

/** The language service of an editor, on declarations as they are installed. */
function givenEditor(files: readonly string[], folder: string): ts.LanguageService {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    types: [],
  };
  return ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => options,
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getScriptFileNames: () => [...files],
    getScriptVersion: () => '1',
    getScriptSnapshot: (file) =>
      existsSync(file) ? ts.ScriptSnapshot.fromString(readFileSync(file, 'utf8')) : undefined,
  });
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

/** Each entry that a package exports, by the name that it is imported by, with the file of its declarations. */
function entriesOf(folder: string): (readonly [string, string])[] {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  return Object.entries(exports).flatMap(([path, target]) => {
    const file = typeof target === 'string' ? target.replace(/\.js$/, '.d.ts') : target.types;
    return file.endsWith('.d.ts') ? [[name + path.slice(1), join(folder, file)] as const] : [];
  });
}

const membersOf = (declaration: ts.Declaration): readonly ts.Declaration[] => {
  const type = ts.isTypeAliasDeclaration(declaration) ? declaration.type : declaration;
  const isShape = ts.isInterfaceDeclaration(type) || ts.isClassDeclaration(type) || ts.isTypeLiteralNode(type);
  return !isShape
    ? []
    : type.members.filter(
        (member) =>
          member.name !== undefined &&
          !ts.isPrivateIdentifier(member.name) &&
          (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) === 0,
      );
};

describe('What an editor shows', () => {
  const installed = join(installedPackage(), 'node_modules');
  const entries = ['daemonry', '@daemonry/modules'].flatMap((name) => entriesOf(join(installed, name)));
  const editor = givenEditor(
    entries.map(([, file]) => file),
    installed,
  );
  const program = editor.getProgram();
  const checker = program?.getTypeChecker();

  const hoverOf = (declaration: ts.Declaration): string => {
    const place = (ts.getNameOfDeclaration(declaration) ?? declaration).getStart();
    const hover = editor.getQuickInfoAtPosition(declaration.getSourceFile().fileName, place);
    return ts.displayPartsToString(hover?.documentation).trim();
  };
  const isExplained = (declarations: readonly ts.Declaration[]): boolean =>
    declarations.some((declaration) => hoverOf(declaration) !== '');

  it('knows every public entry of both packages', () => {
    expect(entries.map(([name]) => name)).toEqual(
      expect.arrayContaining(['daemonry', 'daemonry/testing', 'daemonry/vitest', '@daemonry/modules/web']),
    );
  });

  it.each(entries)('explains every export of %s, and each of its members', (_name, file) => {
    const source = program?.getSourceFile(file);
    const module = source === undefined ? undefined : checker?.getSymbolAtLocation(source);
    if (module === undefined || checker === undefined) throw new Error(`${file} is no module`);

    const unexplained = checker
      .getExportsOfModule(module)
      .filter(({ name }) => name !== 'prototype')
      .flatMap((exported) => {
        const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
        const declarations = (isAlias ? checker.getAliasedSymbol(exported) : exported).declarations ?? [];
        const members = declarations.flatMap(membersOf).filter((member) => !isExplained(overloadsOf(member, checker)));
        return [
          ...(isExplained(declarations) ? [] : [exported.name]),
          ...members.map((member) => `${exported.name}.${ts.getNameOfDeclaration(member)?.getText() ?? ''}`),
        ];
      });

    expect(unexplained).toEqual([]);
  });
});

/** A member and its other overloads, of which one explains all. */
function overloadsOf(member: ts.Declaration, checker: ts.TypeChecker): readonly ts.Declaration[] {
  const name = ts.getNameOfDeclaration(member);
  return (name === undefined ? undefined : checker.getSymbolAtLocation(name))?.declarations ?? [member];
}
