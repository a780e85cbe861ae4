import { startClock } from './clock.js';
import { jobs } from './live/jobs.js';
import { startRouter } from './router.js';
import { mountShell } from './shell.js';
import { mountCluster } from './pages/cluster/cluster.js';
import { mountGallery } from './pages/gallery/gallery.js';
import { mountJobs } from './pages/jobs/jobs.js';
import { mountPlayground } from './pages/playground/playground.js';

const ROUTES = [
  { name: 'playground', path: '/', label: 'Playground', iconName: 'spark', mount: mountPlayground },
  { name: 'jobs', path: '/jobs', label: 'Jobs', iconName: 'list', mount: mountJobs },
  { name: 'gallery', path: '/gallery', label: 'Gallery', iconName: 'grid', mount: mountGallery },
  { name: 'cluster', path: '/cluster', label: 'Cluster', iconName: 'nodes', mount: mountCluster },
];

const shell = mountShell(ROUTES);
jobs.start();
startClock();
startRouter(ROUTES, document.getElementById('main'), route => shell.show(route.name, route.label));
