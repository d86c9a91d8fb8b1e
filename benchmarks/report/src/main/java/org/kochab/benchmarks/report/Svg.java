package org.kochab.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** A diagram with two logarithmic axes. */
final class Svg {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 420;
    private static final int LEFT = 80;
    private static final int RIGHT = 20;
    private static final int TOP = 16;
    private static final int BOTTOM = 46;
    private static final String[] COLOURS = {
        "#0b6bcb", "#c2410c", "#15803d", "#7c3aed", "#b91c1c", "#0f766e", "#a16207", "#be185d"
    };

    private final Chart chart;
    private final SortedMap<String, List<Chart.Point>> lines;
    private final StringBuilder out = new StringBuilder();
    private int lowX = Integer.MAX_VALUE;
    private int highX = Integer.MIN_VALUE;
    private int lowY = Integer.MAX_VALUE;
    private int highY = Integer.MIN_VALUE;

    private Svg(Chart chart, SortedMap<String, List<Chart.Point>> lines) {
        this.chart = chart;
        this.lines = lines;
        lines.values().forEach(points -> points.forEach(p -> cover(p.x(), p.y())));
        chart.published().forEach(p -> cover(p.x(), p.y()));
    }

    private void cover(double x, double y) {
        if (x > 0) {
            lowX = Math.min(lowX, (int) Math.floor(Math.log10(x)));
            highX = Math.max(highX, (int) Math.ceil(Math.log10(x * 1.01)));
        }
        lowY = Math.min(lowY, (int) Math.floor(Math.log10(y)));
        highY = Math.max(highY, (int) Math.ceil(Math.log10(y * 1.01)));
    }

    /** The picture and its legend; empty if there is nothing to draw. */
    static String draw(Chart chart, SortedMap<String, List<Chart.Point>> lines) {
        Svg svg = new Svg(chart, lines);
        return svg.lowX == Integer.MAX_VALUE ? "" : svg.draw();
    }

    private String draw() {
        add(
                "<figure><svg viewBox='0 0 %d %d' role='img' aria-label='%s'>",
                WIDTH, HEIGHT, Report.escape(chart.title()));
        axes();
        chart.published().forEach(this::mark);
        StringBuilder legend = new StringBuilder("<figcaption>");
        int i = 0;
        for (var line : lines.entrySet()) {
            String colour = COLOURS[i++ % COLOURS.length];
            line(line.getValue(), colour);
            legend.append("<span><i style='background:").append(colour).append("'></i>");
            legend.append(Report.escape(line.getKey())).append("</span> ");
        }
        if (!chart.published().isEmpty()) {
            legend.append("<span><i class='published'></i>published by others</span>");
        }
        return out.append("</svg>")
                .append(legend)
                .append("</figcaption></figure>\n")
                .toString();
    }

    /** A diamond or, where nobody said at what size, a line all the way. */
    private void mark(Chart.Published p) {
        boolean sized = p.x() > 0;
        double x = sized ? x(p.x()) : LEFT;
        double y = y(p.y());
        String path = sized ? "M%.1f %.1fm0 -5l5 5l-5 5l-5 -5z" : "M%.1f %.1fH" + (WIDTH - RIGHT);
        String at = sized ? " at " + number(p.x()) + " " + chart.xName() : "";
        String text = Report.escape(p.name() + ": " + number(p.y()) + at + "; " + p.what());
        add("<path class='published' d='" + path + "'><title>%s</title></path>", x, y, text);
        add("<text class='name' x='%.1f' y='%.1f'>%s</text>", x + 8, sized ? y + 4 : y - 4, Report.escape(p.name()));
    }

    private void axes() {
        for (int power = lowX; power <= highX; power++) {
            double at = x(Math.pow(10, power));
            add("<line class='grid' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/>", at, TOP, at, HEIGHT - BOTTOM);
            add("<text class='tick middle' x='%.1f' y='%d'>%s</text>", at, HEIGHT - BOTTOM + 16, power(power));
        }
        for (int power = lowY; power <= highY; power++) {
            double at = y(Math.pow(10, power));
            add("<line class='grid' x1='%d' y1='%.1f' x2='%d' y2='%.1f'/>", LEFT, at, WIDTH - RIGHT, at);
            add("<text class='tick end' x='%d' y='%.1f'>%s</text>", LEFT - 6, at + 4, power(power));
        }
        add(
                "<text class='axis middle' x='%d' y='%d'>%s</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, Report.escape(chart.xName()));
        add(
                "<text class='axis middle' transform='translate(14 %d) rotate(-90)'>%s</text>",
                (TOP + HEIGHT - BOTTOM) / 2, Report.escape(chart.yName()));
    }

    private void line(List<Chart.Point> points, String colour) {
        StringBuilder path = new StringBuilder();
        for (Chart.Point p : points) {
            path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(p.x()), y(p.y())));
        }
        add("<polyline points='%s' stroke='%s'/>", path.toString().trim(), colour);
        for (Chart.Point p : points) {
            add(
                    "<circle cx='%.1f' cy='%.1f' r='4.5' fill='%s'><title>%s</title></circle>",
                    x(p.x()), y(p.y()), colour, Report.escape(p.text()));
        }
    }

    private double x(double value) {
        return LEFT + (Math.log10(value) - lowX) / (highX - lowX) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (Math.log10(value) - lowY) / (highY - lowY) * (HEIGHT - TOP - BOTTOM);
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }

    private static String power(int power) {
        return number(Math.pow(10, power));
    }

    /** With a comma for each thousand; small ones with three digits. */
    static String number(double value) {
        return value >= 100 || value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.3g", value);
    }
}
