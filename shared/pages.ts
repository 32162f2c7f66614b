/** The workbench's pages, in the order of the sidebar and of the desktop's menu; each name is its address. */
export const pageNames = [
  'models',
  'datasets',
  'devices',
  'optimize',
  'sweep',
  'queue',
  'results',
  'compare',
  'history',
  'settings',
] as const;

export type PageName = (typeof pageNames)[number];

/** What the sidebar and the desktop's menu call them. */
export const pageTitles = {
  en: {
    models: 'Models',
    datasets: 'Datasets',
    devices: 'Devices',
    optimize: 'Optimize',
    sweep: 'New sweep',
    queue: 'Queue',
    results: 'Results',
    compare: 'Compare',
    history: 'History',
    settings: 'Settings',
  },
  'pt-BR': {
    models: 'Modelos',
    datasets: 'Conjuntos de dados',
    devices: 'Dispositivos',
    optimize: 'Otimizar',
    sweep: 'Nova varredura',
    queue: 'Fila',
    results: 'Resultados',
    compare: 'Comparar',
    history: 'Histórico',
    settings: 'Ajustes',
  },
} as const satisfies Record<string, Readonly<Record<PageName, string>>>;
