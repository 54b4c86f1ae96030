"""The little of Blender that rendering needs. One unit is one centimetre; cameras look down -z."""

from pathlib import Path

import bpy
import cv2
import numpy as np

from .foods import Part, Surface
from .shapes import Mesh


def empty_scene(width: int, height: int, samples: int) -> bpy.types.Scene:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGBA"
    scene.render.dither_intensity = 0
    scene.render.threads_mode = "FIXED"
    scene.render.threads = 2
    scene.cycles.device = "CPU"
    scene.cycles.samples = samples
    scene.cycles.use_denoising = True
    scene.cycles.denoising_quality = "FAST"
    scene.cycles.denoising_input_passes = "RGB"
    scene.cycles.max_bounces = 1
    scene.cycles.diffuse_bounces = 1
    scene.cycles.caustics_reflective = False
    scene.cycles.caustics_refractive = False
    scene.view_settings.view_transform = "Standard"
    return scene


def orthographic_camera(scene: bpy.types.Scene, width_cm: float) -> None:
    """Straight down: a centimetre is as many pixels everywhere, whatever the height of what lies there."""
    data = bpy.data.cameras.new("camera")
    data.type = "ORTHO"
    data.ortho_scale = width_cm
    data.clip_end = 500
    camera = bpy.data.objects.new("camera", data)
    camera.location = (0, 0, 200)
    scene.collection.objects.link(camera)
    scene.camera = camera


def perspective_camera(scene: bpy.types.Scene, width_cm: float, tilt: float) -> None:
    """A phone held `tilt` radians off the vertical, at a distance that shows about `width_cm`."""
    data = bpy.data.cameras.new("camera")
    data.angle = np.radians(55)
    data.clip_end = 1000
    distance = width_cm / (2 * np.tan(data.angle / 2))
    camera = bpy.data.objects.new("camera", data)
    camera.location = (0, -np.sin(tilt) * distance, np.cos(tilt) * distance)
    camera.rotation_euler = (tilt, 0, 0)
    scene.collection.objects.link(camera)
    scene.camera = camera


def light(scene: bpy.types.Scene, rng: np.random.Generator) -> None:
    """A surrounding light with soft structure, and one to three suns between hard and overcast."""
    world = bpy.data.worlds.new("world")
    scene.world = world
    world.use_nodes = True
    nodes, links = world.node_tree.nodes, world.node_tree.links
    background = nodes["Background"]
    background.inputs["Strength"].default_value = rng.uniform(0.25, 0.8)
    noise = nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = rng.uniform(0.6, 2.5)
    ramp = nodes.new("ShaderNodeValToRGB")
    warm = rng.uniform(-0.15, 0.15)
    ramp.color_ramp.elements[0].color = (0.2, 0.2, 0.2, 1)
    ramp.color_ramp.elements[1].color = (1.6 + warm, 1.6, 1.6 - warm, 1)
    links.new(noise.outputs["Fac"], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], background.inputs["Color"])
    for index in range(rng.integers(1, 4)):
        data = bpy.data.lights.new("sun", "SUN")
        data.energy = rng.uniform(0.8, 3.0) / (index + 1)
        data.angle = np.radians(np.exp(rng.uniform(np.log(2), np.log(70))))
        warm = rng.normal(0, 0.1)
        data.color = tuple(np.clip([1 + warm, 1, 1 - warm * 1.5], 0.4, 1.5))
        sun = bpy.data.objects.new("sun", data)
        sun.rotation_euler = (rng.uniform(0, 1.1), 0, rng.uniform(0, 2 * np.pi))
        scene.collection.objects.link(sun)


def material(surface: Surface, rng: np.random.Generator, extent: float) -> bpy.types.Material:
    """A skin of two colours in patches, with bumps, darker or greener ends and spots where the surface has them."""
    made = bpy.data.materials.new("skin")
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    shader = nodes["Principled BSDF"]
    shader.inputs["Roughness"].default_value = surface.roughness
    position = nodes.new("ShaderNodeTexCoord").outputs["Object"]
    offset = nodes.new("ShaderNodeVectorMath")
    offset.operation = "ADD"
    offset.inputs[1].default_value = tuple(rng.uniform(-50, 50, 3))
    links.new(position, offset.inputs[0])
    shifted = offset.outputs[0]

    def noise(scale: float, detail: float = 3):
        node = nodes.new("ShaderNodeTexNoise")
        node.inputs["Scale"].default_value = scale
        node.inputs["Detail"].default_value = detail
        links.new(shifted, node.inputs["Vector"])
        return node.outputs["Fac"]

    def ramp(value, low: float, high: float, first, second):
        node = nodes.new("ShaderNodeValToRGB")
        node.color_ramp.elements[0].position, node.color_ramp.elements[1].position = low, high
        node.color_ramp.elements[0].color, node.color_ramp.elements[1].color = (*first, 1), (*second, 1)
        links.new(value, node.inputs["Fac"])
        return node.outputs["Color"]

    def mix(factor, under, colour):
        node = nodes.new("ShaderNodeMix")
        node.data_type = "RGBA"
        links.new(factor, node.inputs[0])
        links.new(under, node.inputs[6])
        node.inputs[7].default_value = (*colour, 1)
        return node.outputs[2]

    half = 0.28 * (1 - surface.contrast) + 0.02
    colour = ramp(noise(surface.patch), 0.5 - half, 0.5 + half, surface.base, surface.second)
    if surface.tip:
        attribute = nodes.new("ShaderNodeAttribute")
        attribute.attribute_name = "ends"
        ends = ramp(attribute.outputs["Fac"], rng.uniform(0.84, 0.93), 0.995, (0, 0, 0), (1, 1, 1))
        colour = mix(ends, colour, surface.tip)
    if surface.spots and surface.spot_share > 0:
        level = 0.72 - 0.25 * surface.spot_share
        spots = ramp(noise(rng.uniform(1, 4), 2), level, level + 0.05, (0, 0, 0), (0.8, 0.8, 0.8))
        colour = mix(spots, colour, surface.spots)
    links.new(colour, shader.inputs["Base Color"])
    bump = nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = surface.bump
    bump.inputs["Distance"].default_value = 0.12
    links.new(noise(surface.grain), bump.inputs["Height"])
    links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return made


def add_mesh(scene: bpy.types.Scene, mesh: Mesh, skin: bpy.types.Material, number: int, ends: np.ndarray | None = None):
    """Adds a mesh; `number` (0 for what is no food, 1..254) is what `instance_numbers` returns where it is seen."""
    data = bpy.data.meshes.new("mesh")
    data.from_pydata(mesh.vertices.tolist(), [], mesh.faces)
    data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    if ends is not None:
        data.attributes.new("ends", "FLOAT", "POINT").data.foreach_set("value", ends.astype(np.float32))
    data.materials.append(skin)
    made = bpy.data.objects.new("thing", data)
    made.color = (number / 255, 0, 0, 1)
    scene.collection.objects.link(made)
    return made


def add_parts(scene: bpy.types.Scene, parts: list[Part], number: int, rng: np.random.Generator, at: np.ndarray) -> None:
    """Adds one item at `at` (cm). Its first part is the body, whose ends get the surface's tip colour."""
    for part in parts:
        centred = part.mesh.vertices - part.mesh.vertices.mean(0)
        axis = np.linalg.svd(centred[::7], full_matrices=False)[2][0]
        along = centred @ axis
        ends = np.abs(along) / max(1e-6, np.abs(along).max())
        skin = material(part.surface, rng, float(np.ptp(along)))
        add_mesh(scene, Mesh(part.mesh.vertices + at, part.mesh.faces), skin, number, ends)


def render(scene: bpy.types.Scene, scratch: Path) -> np.ndarray:
    """Renders and returns [h, w, 4] uint8 BGRA."""
    scene.render.filepath = str(scratch)
    bpy.ops.render.render(write_still=True)
    return cv2.imread(str(scratch), cv2.IMREAD_UNCHANGED)


def instance_numbers(scene: bpy.types.Scene, scratch: Path) -> np.ndarray:
    """Which instance each pixel's centre shows, [h, w] uint8, exact: one unfiltered sample, no light, no shading."""
    flat = bpy.data.materials.new("number")
    flat.use_nodes = True
    nodes, links = flat.node_tree.nodes, flat.node_tree.links
    nodes.clear()
    emission, output = nodes.new("ShaderNodeEmission"), nodes.new("ShaderNodeOutputMaterial")
    links.new(nodes.new("ShaderNodeObjectInfo").outputs["Color"], emission.inputs["Color"])
    links.new(emission.outputs[0], output.inputs["Surface"])
    scene.view_layers[0].material_override = flat
    scene.world = None
    scene.view_settings.view_transform = "Raw"
    scene.view_settings.exposure = 0
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.cycles.pixel_filter_type = "BOX"
    scene.cycles.filter_width = 0.01
    scene.render.film_transparent = False
    return render(scene, scratch)[..., 2].copy()
