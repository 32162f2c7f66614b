import { pageTitles } from '../../../../shared/pages.ts';
import type { DesktopText } from './en.ts';

const count = (value: number): string => value.toLocaleString('pt-BR');
const plural = (runs: number, one: string): string => `${count(runs)} ${one}${runs === 1 ? '' : 's'}`;

/** What the desktop itself says, in Portuguese of Brazil. */
export const ptBr: DesktopText = {
  menus: { file: '&Arquivo', edit: '&Editar', go: '&Ir', view: 'E&xibir', window: '&Janela' },
  pages: pageTitles['pt-BR'],
  addModels: 'Adicionar modelos…',
  roles: {
    about: 'Sobre o Crivo',
    services: 'Serviços',
    hide: 'Ocultar o Crivo',
    hideOthers: 'Ocultar os outros',
    unhide: 'Mostrar tudo',
    quit: 'Encerrar o Crivo',
    close: 'Fechar a janela',
    undo: 'Desfazer',
    redo: 'Refazer',
    cut: 'Recortar',
    copy: 'Copiar',
    paste: 'Colar',
    delete: 'Apagar',
    selectAll: 'Selecionar tudo',
    reload: 'Recarregar',
    toggleDevTools: 'Ferramentas de desenvolvedor',
    resetZoom: 'Tamanho real',
    zoomIn: 'Ampliar',
    zoomOut: 'Reduzir',
    togglefullscreen: 'Tela cheia',
    minimize: 'Minimizar',
    zoom: 'Ajustar o tamanho',
    front: 'Trazer tudo para a frente',
  },
  cantStart: 'O Crivo não pode iniciar',
  quit: {
    question: 'Uma varredura está em execução. Encerrar mesmo assim?',
    detail: 'O que foi medido fica guardado; a célula em execução será medida de novo no próximo início.',
    keep: 'Continuar medindo',
    quit: 'Encerrar',
  },
  hung: {
    question: 'A janela não responde. Carregar de novo?',
    detail: 'O que foi digitado nela e não foi salvo se perde; uma varredura em execução continua.',
    wait: 'Esperar',
    reload: 'Carregar de novo',
  },
  sweepEnded: {
    title: (name) => `A varredura "${name}" terminou`,
    timeIsOver: (name) => `O tempo da varredura "${name}" acabou`,
    measured: (runs) => plural(runs, 'medida'),
    failed: (runs) => `${count(runs)} ${runs === 1 ? 'falhou' : 'falharam'}`,
    skipped: (runs) => plural(runs, 'pulada'),
    left: (runs) => plural(runs, 'restante'),
  },
  update: {
    question: (version) => `O Crivo ${version} está pronto. Reiniciar e instalar agora?`,
    detail: 'O que foi medido fica guardado, e a fila continua depois de reiniciar.',
    later: 'Depois',
    restart: 'Reiniciar',
  },
};
