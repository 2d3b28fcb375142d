import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as text from '@grafana/grafana-foundation-sdk/text';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { Signal } from '../verdict/signals';

/** Of 24 columns. */
export const HALF = 12;
export const FULL = 24;
const HEIGHT = 8;

const UNITS: Record<Signal['unit'], string> = {
  s: 's',
  ms: 'ms',
  '1/s': 'reqps',
  share: 'percentunit',
  cores: 'suffix: cores',
  bytes: 'bytes',
  count: 'short',
};

const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' };

export interface PanelCurve {
  label: string;
  query: string;
}

/** A threshold, drawn as a dashed line. */
export interface Line {
  at: number;
  /** Whether the claim expects values above or below it. */
  expected: 'above' | 'below';
}

export interface Graph {
  title: string;
  description: string;
  unit: Signal['unit'];
  curves: PanelCurve[];
  lines?: Line[];
}

const COLOURS = { above: 'orange', below: 'green' } as const;

export function graph({ title, description, unit, curves, lines = [] }: Graph): timeseries.PanelBuilder {
  const panel = new timeseries.PanelBuilder()
    .title(title)
    .description(description)
    .unit(UNITS[unit])
    .datasource(DATA_SOURCE)
    .height(HEIGHT)
    .span(HALF)
    .axisSoftMin(0)
    .lineWidth(1)
    .fillOpacity(10)
    .showPoints(common.VisibilityMode.Auto)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom),
    )
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi));
  curves.forEach(({ label, query }, index) =>
    panel.withTarget(
      new prometheus.DataqueryBuilder()
        .refId(String.fromCharCode('A'.charCodeAt(0) + index))
        .expr(query)
        .legendFormat(label)
        .range()
        .datasource(DATA_SOURCE),
    ),
  );
  return lines.length > 0 ? withLines(panel, lines) : panel;
}

/** A color applies from its value up to the next one, so a line has the color that begins there. */
function withLines(panel: timeseries.PanelBuilder, lines: Line[]): timeseries.PanelBuilder {
  const steps = [...lines]
    .sort((a, b) => a.at - b.at)
    .map(({ at, expected }) => ({ value: at, color: COLOURS[expected] }));
  const highest = Math.max(...lines.map(({ at }) => at));
  return panel
    .thresholds(
      new dashboard.ThresholdsConfigBuilder()
        .mode(dashboard.ThresholdsMode.Absolute)
        .steps([{ value: null, color: 'transparent' }, ...steps]),
    )
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    )
    .axisSoftMax(highest * 1.1);
}

export function markdown(title: string, content: string, height: number): text.PanelBuilder {
  return new text.PanelBuilder()
    .title(title)
    .mode(text.TextMode.Markdown)
    .content(content)
    .height(height)
    .span(FULL);
}

export interface Section {
  title: string;
  panels: (timeseries.PanelBuilder | text.PanelBuilder)[];
}

/** A dashboard that finds its Prometheus and its namespace by itself. */
export function board(uid: string, title: string, description: string, sections: Section[]): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['backend-under-load'])
    .time({ from: 'now-15m', to: 'now' })
    .timezone('browser')
    .refresh('10s')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .withVariable(new dashboard.DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(
      new dashboard.QueryVariableBuilder('namespace')
        .label('Namespace')
        .datasource(DATA_SOURCE)
        .query('label_values(http_requests_in_flight, namespace)')
        .refresh(dashboard.VariableRefresh.OnTimeRangeChanged),
    );
  for (const { title: name, panels } of sections) {
    builder.withRow(new dashboard.RowBuilder(name));
    for (const panel of panels) builder.withPanel(panel);
  }
  return builder.build();
}
