/** Text inside an element or an attribute of SVG. */
export const xmlText = (text: string): string =>
  // XML has no form for control characters and halves of surrogate pairs.
  text
    .replaceAll(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** A text that fits about that many characters. */
export const fitText = (text: string, characters: number): string =>
  text.length > characters ? `${text.slice(0, characters - 1)}…` : text;

/** A picture that stands alone, readable on a light and on a dark page. */
export function svgDocument(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${xmlText(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...parts,
    '</svg>',
  ].join('\n');
}

const STYLE = [
  'text{font:12px ui-sans-serif,system-ui,sans-serif;fill:#1f2328}',
  '.page{fill:#fff}.small{font-size:11px;fill:#59636e}.head{font-size:15px;font-weight:600}',
  '.node{fill:#f6f8fa;stroke:#818b98}.fatal{stroke:#cf222e;stroke-width:2}.off{stroke-dasharray:4 3;opacity:.6}',
  '.edge{fill:none;stroke:#818b98}.soft{stroke-dasharray:4 3}.line{stroke:#d1d9e0}',
  '.ok{fill:#2da44e}.bad{fill:#cf222e}.mute{fill:#818b98}',
  '@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.page{fill:#0d1117}.small{fill:#9198a1}.node{fill:#151b23;stroke:#656c76}',
  '.fatal{stroke:#f85149}.line{stroke:#3d444d}}',
].join('');
