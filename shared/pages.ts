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
