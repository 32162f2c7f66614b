-- Which figure a run's accuracy is: it depends on the labels of its dataset. Before, only top-1 was kept.
ALTER TABLE runs ADD COLUMN accuracy_metric TEXT;
UPDATE runs SET accuracy_metric = 'top1' WHERE accuracy_percent IS NOT NULL;
