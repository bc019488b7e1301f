//! Kernel density of points on a grid.

use rayon::prelude::*;
use thiserror::Error;

/// Most cells of a grid: eight bytes each and a few copies.
const MOST_CELLS: u64 = 50_000_000;

/// Largest reach of a kernel, cells.
const LONGEST_REACH: f64 = 4096.0;

/// Shape of the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kernel {
    /// (1 − d²/h²)² within the bandwidth h, nothing beyond.
    #[default]
    Quartic,
    /// Normal with standard deviation h, cut at four of them.
    Gaussian,
}

/// Checked grid and kernel of [`kernel_density`].
#[derive(Debug, Clone, PartialEq)]
pub struct KdeParams {
    kernel: Kernel,
    bandwidth_m: f64,
    cell_m: f64,
    origin: [f64; 2],
    columns: usize,
    rows: usize,
    boundary: Option<Vec<Vec<[f64; 2]>>>,
}

/// Why numbers are not [`KdeParams`].
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InvalidKde {
    /// Bandwidth or cell is not positive and finite, or the extent is not finite.
    #[error("bandwidth and cell must be positive, the extent finite and not empty")]
    Size,
    /// More cells than memory is kept for.
    #[error("{cells} cells are more than the {limit} held")]
    TooManyCells {
        /// Cells asked for.
        cells: u64,
        /// Cells held.
        limit: u64,
    },
    /// The kernel reaches over too many cells.
    #[error("the kernel reaches over more than 4096 cells; take larger cells")]
    Reach,
    /// A ring of the boundary has fewer than three corners, or one that is not finite.
    #[error("a ring of the boundary needs three finite corners")]
    Boundary,
}

impl KdeParams {
    /// A grid of square cells over the extent `[min x, min y, max x, max y]` in metres; the last row and column may reach
    /// beyond it.
    ///
    /// # Errors
    /// When a size is not positive and finite, or grid or kernel are too large.
    pub fn new(kernel: Kernel, bandwidth_m: f64, cell_m: f64, extent: [f64; 4]) -> Result<Self, InvalidKde> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        let size = [extent[2] - extent[0], extent[3] - extent[1]];
        if ![bandwidth_m, cell_m, size[0], size[1]].into_iter().all(positive) {
            return Err(InvalidKde::Size);
        }
        let [columns, rows] = size.map(|s| (s / cell_m).ceil().max(1.0));
        if columns * rows > MOST_CELLS as f64 {
            return Err(InvalidKde::TooManyCells {
                cells: (columns * rows) as u64,
                limit: MOST_CELLS,
            });
        }
        let reach = if kernel == Kernel::Gaussian {
            4.0 * bandwidth_m
        } else {
            bandwidth_m
        };
        if reach / cell_m > LONGEST_REACH {
            return Err(InvalidKde::Reach);
        }
        Ok(Self {
            kernel,
            bandwidth_m,
            cell_m,
            origin: [extent[0], extent[1]],
            columns: columns as usize,
            rows: rows as usize,
            boundary: None,
        })
    }

    /// Corrects at the edge of an area: rings of corners, outer ones and holes alike (even-odd rule). Cells with their
    /// centre outside are 0.
    ///
    /// # Errors
    /// When a ring has fewer than three corners or one is not finite.
    pub fn with_boundary(mut self, rings: Vec<Vec<[f64; 2]>>) -> Result<Self, InvalidKde> {
        let is_valid = |ring: &Vec<[f64; 2]>| ring.len() >= 3 && ring.iter().flatten().all(|c| c.is_finite());
        if rings.is_empty() || !rings.iter().all(is_valid) {
            return Err(InvalidKde::Boundary);
        }
        self.boundary = Some(rings);
        Ok(self)
    }
}

/// Densities on a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Density {
    /// Corner with the smallest coordinates.
    pub origin: [f64; 2],
    /// Side of a cell, metres.
    pub cell_m: f64,
    /// Cells in x.
    pub columns: usize,
    /// Cells in y.
    pub rows: usize,
    /// Points per square kilometre at the centre of each cell, row after row from the smallest y.
    pub values: Vec<f64>,
}

/// Kernel density estimate: points per square kilometre.
///
/// # Papers
/// Silverman 1986, Density Estimation for Statistics and Data Analysis, <https://doi.org/10.1201/9781315140919>; edge
/// correction: Diggle 1985, A kernel method for smoothing point process data, Applied Statistics 34,
/// <https://doi.org/10.2307/2347366>; binning: Wand 1994, Fast computation of multivariate kernel estimators,
/// <https://doi.org/10.1080/10618600.1994.10474656>.
///
/// # Parameters
/// * `points`: metres; those that are not finite, or too far from the grid to matter, are left out.
/// * `params`: kernel, bandwidth and cell in metres, extent, boundary.
///
/// # Algorithm
/// 1. Each point is shared among the four cell centres about it, in proportion (linear binning).
/// 2. The grid is convolved with the kernel, scaled so that its cells sum to 1: rows and columns apart for the Gaussian,
///    line by line for the quartic.
/// 3. With a boundary only points inside count, and each cell inside is divided by the part of its kernel that lies
///    inside.
///
/// # Where it misleads
/// It is a picture, not a test: any pattern of chance has peaks. The bandwidth decides what is seen. Without a boundary
/// the edge of the data looks calm. Binning moves peaks by less than a cell; keep cells below a third of the bandwidth.
///
/// # Checked against
/// No program at hand: the formula of the kernel, worked by hand.
pub fn kernel_density(points: &[[f64; 2]], params: &KdeParams) -> Density {
    let inside = params.boundary.as_ref().map(|rings| mask(rings, params));
    let counts = binned(points, params);
    let per_km2 = 1e6 / (params.cell_m * params.cell_m);
    let mut values = convolve(&counts, params);
    let margin = reach(params);
    let width = params.columns + 2 * margin;
    let crop = |grid: Vec<f64>| -> Vec<f64> {
        (margin..margin + params.rows)
            .flat_map(|row| grid[row * width + margin..row * width + margin + params.columns].to_vec())
            .collect()
    };
    values = match inside {
        None => crop(values),
        Some(inside) => {
            let part = crop(convolve(&inside, params));
            let values = crop(values);
            let inside = crop(inside);
            let corrected = values.into_iter().zip(part).zip(inside);
            corrected
                .map(|((v, part), inside)| if inside > 0.0 && part > 0.0 { v / part } else { 0.0 })
                .collect()
        }
    };
    for value in &mut values {
        *value = (*value * per_km2).max(0.0);
    }
    let (origin, cell_m) = (params.origin, params.cell_m);
    Density {
        origin,
        cell_m,
        columns: params.columns,
        rows: params.rows,
        values,
    }
}

/// Cells that the kernel reaches; the working grid is wider by them on each side.
fn reach(params: &KdeParams) -> usize {
    let cells = params.bandwidth_m / params.cell_m;
    (if params.kernel == Kernel::Gaussian {
        4.0 * cells
    } else {
        cells
    })
    .ceil() as usize
}

fn working_size(params: &KdeParams) -> (usize, usize) {
    (
        params.columns + 2 * reach(params),
        params.rows + 2 * reach(params),
    )
}

fn binned(points: &[[f64; 2]], params: &KdeParams) -> Vec<f64> {
    let (width, height) = working_size(params);
    let margin = reach(params) as f64;
    let mut grid = vec![0.0; width * height];
    for point in points {
        if let Some(rings) = &params.boundary
            && !is_inside(rings, *point)
        {
            continue;
        }
        let [x, y] = [0, 1].map(|axis| (point[axis] - params.origin[axis]) / params.cell_m - 0.5 + margin);
        // Not-a-number is in no range.
        if !((0.0..width as f64 - 1.0).contains(&x) && (0.0..height as f64 - 1.0).contains(&y)) {
            continue;
        }
        let (column, row) = (x as usize, y as usize);
        let (right, up) = (x - column as f64, y - row as f64);
        let cell = row * width + column;
        grid[cell] += (1.0 - right) * (1.0 - up);
        grid[cell + 1] += right * (1.0 - up);
        grid[cell + width] += (1.0 - right) * up;
        grid[cell + width + 1] += right * up;
    }
    grid
}

/// 1 where the centre of a cell is inside.
fn mask(rings: &[Vec<[f64; 2]>], params: &KdeParams) -> Vec<f64> {
    let (width, height) = working_size(params);
    let margin = reach(params) as f64;
    let centre =
        |cell: usize, axis: usize| params.origin[axis] + (cell as f64 + 0.5 - margin) * params.cell_m;
    (0..height)
        .into_par_iter()
        .flat_map_iter(|row| {
            let y = centre(row, 1);
            // Crossings of the line through the centres, from left to right: inside between odd and even ones.
            let mut crossings: Vec<f64> = rings.iter().flat_map(|ring| crossings(ring, y)).collect();
            crossings.sort_by(f64::total_cmp);
            (0..width).map(move |column| {
                let x = centre(column, 0);
                (crossings.partition_point(|&c| c <= x) % 2) as f64
            })
        })
        .collect()
}

fn crossings(ring: &[[f64; 2]], y: f64) -> Vec<f64> {
    let edges = ring.iter().zip(ring.iter().cycle().skip(1));
    edges
        .filter(|(a, b)| (a[1] <= y) != (b[1] <= y))
        .map(|(a, b)| a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]))
        .collect()
}

fn is_inside(rings: &[Vec<[f64; 2]>], point: [f64; 2]) -> bool {
    let left: usize = rings
        .iter()
        .map(|ring| {
            crossings(ring, point[1])
                .iter()
                .filter(|&&c| c <= point[0])
                .count()
        })
        .sum();
    left % 2 == 1
}

fn convolve(grid: &[f64], params: &KdeParams) -> Vec<f64> {
    let (width, height) = working_size(params);
    let margin = reach(params);
    let cells = params.bandwidth_m / params.cell_m;
    let offsets = || (0..=2 * margin).map(|i| i as f64 - margin as f64);
    match params.kernel {
        Kernel::Gaussian => {
            let mut line: Vec<f64> = offsets().map(|d| (-0.5 * (d / cells).powi(2)).exp()).collect();
            let sum: f64 = line.iter().sum();
            for weight in &mut line {
                *weight /= sum;
            }
            let mut across = vec![0.0; grid.len()];
            across
                .par_chunks_mut(width)
                .zip(grid.par_chunks(width))
                .for_each(|(out, row)| add_line(out, row, &line));
            let mut both = vec![0.0; grid.len()];
            both.par_chunks_mut(width).enumerate().for_each(|(row, out)| {
                for (offset, weight) in line.iter().enumerate() {
                    let Some(source) = (row + offset).checked_sub(margin).filter(|&s| s < height) else {
                        continue;
                    };
                    let source = &across[source * width..(source + 1) * width];
                    out.iter_mut().zip(source).for_each(|(o, s)| *o += weight * s);
                }
            });
            both
        }
        Kernel::Quartic => {
            let at = |dx: f64, dy: f64| (1.0 - (dx * dx + dy * dy) / (cells * cells)).max(0.0).powi(2);
            let mut lines: Vec<Vec<f64>> = offsets()
                .map(|dy| offsets().map(|dx| at(dx, dy)).collect())
                .collect();
            let sum: f64 = lines.iter().flatten().sum();
            lines.iter_mut().flatten().for_each(|k| *k /= sum);
            let is_empty: Vec<bool> = grid
                .chunks(width)
                .map(|row| row.iter().all(|&v| v == 0.0))
                .collect();
            let mut out = vec![0.0; grid.len()];
            out.par_chunks_mut(width).enumerate().for_each(|(row, out)| {
                for (offset, line) in lines.iter().enumerate() {
                    let Some(source) = (row + offset).checked_sub(margin).filter(|&s| s < height) else {
                        continue;
                    };
                    if !is_empty[source] {
                        add_line(out, &grid[source * width..(source + 1) * width], line);
                    }
                }
            });
            out
        }
    }
}

/// Adds the convolution of a row with a symmetric line.
fn add_line(out: &mut [f64], row: &[f64], line: &[f64]) {
    let margin = line.len() / 2;
    for (offset, &weight) in line.iter().enumerate().filter(|(_, w)| **w > 0.0) {
        let (shift, is_left) = (offset.abs_diff(margin), offset < margin);
        let length = row.len().saturating_sub(shift);
        let (to, from) = if is_left { (shift, 0) } else { (0, shift) };
        out[to..]
            .iter_mut()
            .zip(&row[from.min(row.len())..])
            .take(length)
            .for_each(|(o, r)| *o += weight * r);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_point_at_a_centre_has_the_kernels_heights() {
        let params = KdeParams::new(Kernel::Quartic, 100.0, 1.0, [0.0, 0.0, 301.0, 301.0]).unwrap();
        let density = kernel_density(&[[150.5, 150.5]], &params);
        // 3/(π h²) at the centre, (3/4)² of it at half the bandwidth, per km².
        let peak = 3.0 / (std::f64::consts::PI * 1e4) * 1e6;
        let at = |column: usize, row: usize| density.values[row * density.columns + column];
        assert!((at(150, 150) / peak - 1.0).abs() < 1e-3);
        assert!((at(200, 150) / peak - 0.5625).abs() < 1e-3);
        assert!(at(260, 150) == 0.0);
        let params = KdeParams::new(Kernel::Gaussian, 30.0, 1.0, [0.0, 0.0, 301.0, 301.0]).unwrap();
        let density = kernel_density(&[[150.5, 150.5]], &params);
        let peak = 1e6 / (std::f64::consts::TAU * 900.0);
        assert!((density.values[150 * 301 + 180] / (peak * (-0.5_f64).exp()) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn with_a_boundary_an_even_pattern_is_even_up_to_the_edge() {
        let square = vec![vec![[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]]];
        let points: Vec<[f64; 2]> = (0..10_000)
            .map(|i| [f64::from(i % 100) + 0.5, f64::from(i / 100) + 0.5])
            .collect();
        for kernel in [Kernel::Quartic, Kernel::Gaussian] {
            let params = KdeParams::new(kernel, 20.0, 1.0, [-10.0, -10.0, 110.0, 110.0]).unwrap();
            let density = kernel_density(&points, &params.with_boundary(square.clone()).unwrap());
            for (i, &value) in density.values.iter().enumerate() {
                let [column, row] = [i % density.columns, i / density.columns];
                let is_inside = (10..110).contains(&column) && (10..110).contains(&row);
                let expected = if is_inside { 1e6 } else { 0.0 };
                assert!((value - expected).abs() < 1e-3, "{column} {row} {value}");
            }
        }
    }

    #[test]
    fn bad_sizes_are_refused_and_strange_points_left_out() {
        let extent = [0.0, 0.0, 10.0, 10.0];
        assert_eq!(
            KdeParams::new(Kernel::Quartic, 0.0, 1.0, extent),
            Err(InvalidKde::Size)
        );
        assert_eq!(
            KdeParams::new(Kernel::Quartic, 1.0, f64::NAN, extent),
            Err(InvalidKde::Size)
        );
        assert!(KdeParams::new(Kernel::Quartic, 1.0, 1e-6, extent).is_err());
        let params = KdeParams::new(Kernel::Quartic, 3.0, 1.0, extent).unwrap();
        let density = kernel_density(&[[f64::NAN, 1.0], [f64::INFINITY, 2.0], [1e300, 1.0]], &params);
        assert!(density.values.iter().all(|&v| v == 0.0));
        assert!(params.with_boundary(vec![vec![[0.0, 0.0]]]).is_err());
    }
}
