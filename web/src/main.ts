import { mount } from 'svelte';
import App from './App.svelte';
import { appearance } from './appearance.svelte';
import { page } from './page.svelte';
import { language } from './text/language';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/print.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

document.documentElement.lang = language;
appearance.start();
page.start();
mount(App, { target });
