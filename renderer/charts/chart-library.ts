/** Chart.js with the parts that the workbench draws with; loaded when the first chart is shown. */
import {
  BubbleController,
  CategoryScale,
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
} from 'chart.js';
import { BoxAndWiskers, BoxPlotController, Violin, ViolinController } from '@sgratzl/chartjs-chart-boxplot';

Chart.register(
  ...[BoxAndWiskers, BoxPlotController, Violin, ViolinController],
  ...[BubbleController, LineController, ScatterController, LineElement, PointElement],
  ...[CategoryScale, LinearScale, LogarithmicScale, Filler, Legend, Tooltip],
);

// Canvases don't inherit it from the page.
Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
Chart.defaults.font.size = 12;

export default Chart;
