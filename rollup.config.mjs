// The page's program and style, each one file: what `lab watch` serves and an HTML report carries.
import { readFileSync } from 'node:fs';
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

/** One sheet of all that main.ts imports, in the order of its imports. */
const style = (() => {
  const sheets = new Map();
  return {
    name: 'style',
    transform(code, id) {
      if (!id.endsWith('.css')) return null;
      sheets.set(id, code);
      return { code: '', map: null, moduleSideEffects: false };
    },
    generateBundle() {
      const ids = this.getModuleInfo(`${PAGE}main.ts`).importedIds.filter((id) => sheets.has(id));
      const source = [readFileSync(UPLOT_STYLE, 'utf8'), ...ids.map((id) => sheets.get(id))].join('\n');
      this.emitFile({ type: 'asset', fileName: 'page.css', source });
    },
  };
})();

export default {
  input: `${PAGE}main.ts`,
  output: { file: 'build/page/page.js', format: 'iife' },
  plugins: [nodeResolve({ extensions: ['.ts', '.js'] }), typescript, style],
};
