// The page's program and style, each one file: what `lab watch` serves and an HTML report carries.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import ts from 'typescript';

const PAGE = fileURLToPath(new URL('lab/watch/page/', import.meta.url));
const UPLOT_STYLE = fileURLToPath(new URL('node_modules/uplot/dist/uPlot.min.css', import.meta.url));

/** Types are checked by `npm run check`; here they only go. */
const typescript = {
  name: 'typescript',
  transform(code, id) {
    if (!id.endsWith('.ts')) return null;
    const { outputText, sourceMapText } = ts.transpileModule(code, {
      fileName: id,
      compilerOptions: { target: 'ES2022', module: 'ESNext', sourceMap: true, verbatimModuleSyntax: false },
    });
    return { code: outputText.replace(/^\/\/# sourceMappingURL=.*$/m, ''), map: sourceMapText };
  },
};

const style = {
  name: 'style',
  generateBundle() {
    const sheets = readdirSync(PAGE)
      .filter((name) => name.endsWith('.css'))
      .sort();
    const source = [UPLOT_STYLE, ...sheets.map((name) => PAGE + name)].map((path) =>
      readFileSync(path, 'utf8'),
    );
    this.emitFile({ type: 'asset', fileName: 'page.css', source: source.join('\n') });
  },
};

export default {
  input: `${PAGE}main.ts`,
  output: { file: 'build/page/page.js', format: 'iife' },
  plugins: [nodeResolve({ extensions: ['.ts', '.js'] }), typescript, style],
};
