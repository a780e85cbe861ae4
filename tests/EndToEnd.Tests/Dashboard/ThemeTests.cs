using Microsoft.Playwright;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard;

public sealed class ThemeTests(BrowserHost browser) : DashboardTest(browser)
{
    private const string Light = "rgb(246, 246, 248)";
    private const string Dark = "rgb(15, 16, 20)";

    /// <summary>WCAG 2.2 contrast of two tokens, as the browser resolves them.</summary>
    private const string Contrast = """
        ([text, ground]) => {
          const probe = document.body.appendChild(document.createElement('i'));
          const luminance = token => {
            probe.style.color = `var(--${token})`;
            const [r, g, b] = getComputedStyle(probe).color.match(/\d+/g).map(part => {
              const value = part / 255;
              return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const [dark, light] = [luminance(text), luminance(ground)].sort((a, b) => a - b);
          probe.remove();
          return (light + 0.05) / (dark + 0.05);
        }
        """;

    private ILocator Body => Page.Locator("body");

    [Fact]
    public async Task The_theme_follows_the_system_until_one_is_chosen()
    {
        await OpenAsync();
        await Expect(Body).ToHaveCSSAsync("background-color", Light);
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Expect(Body).ToHaveCSSAsync("background-color", Dark);

        await Button("Theme: auto").ClickAsync();

        await Expect(Body).ToHaveCSSAsync("background-color", Light);
    }

    [Fact]
    public async Task A_chosen_theme_stays_and_can_be_given_back_to_the_system()
    {
        await OpenAsync();
        await Button("Theme: auto").ClickAsync();
        await Button("Theme: light").ClickAsync();
        await Expect(Body).ToHaveCSSAsync("background-color", Dark);
        await Page.ReloadAsync();
        await Expect(Body).ToHaveCSSAsync("background-color", Dark);

        await Button("Theme: dark").ClickAsync();

        await Expect(Body).ToHaveCSSAsync("background-color", Light);
        await Expect(Button("Theme: auto")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Text_can_be_told_from_its_ground(ColorScheme scheme)
    {
        (string Text, string Ground)[] pairs =
        [
            ("text", "ground"), ("text", "surface"), ("text", "sunken"), ("muted", "ground"), ("muted", "surface"), ("muted", "sunken"),
            ("accent", "surface"), ("accent", "accent-soft"), ("on-accent", "accent"), ("on-accent", "accent-hover"),
            ("good", "good-soft"), ("bad", "bad-soft"), ("bad", "surface"), ("amber", "amber-soft"), ("amber", "surface"),
        ];
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await OpenAsync();

        foreach (var (text, ground) in pairs)
        {
            var contrast = await Page.EvaluateAsync<double>(Contrast, new[] { text, ground });
            Assert.True(contrast >= 4.5, $"{text} on {ground}: {contrast:F2}");
        }
    }
}
